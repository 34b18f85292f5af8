import { readFileSync } from "node:fs";

const rows: Readonly<Record<string, string>> = {
  cpu: "Max cpu time",
  fsize: "Max file size",
  data: "Max data size",
  stack: "Max stack size",
  core: "Max core file size",
  rss: "Max resident set",
  nproc: "Max processes",
  nofile: "Max open files",
  memlock: "Max locked memory",
  locks: "Max file locks",
  sigpending: "Max pending signals",
  msgqueue: "Max msgqueue size",
  nice: "Max nice priority",
  rtprio: "Max realtime priority",
  rttime: "Max realtime timeout",
};

const systemResource = 1n << 24n;

/** The highest hard limits that may be given to a child, by ulimit name; one that is not in it is not bounded. */
const parseCeiling = (status: string, limits: string): ReadonlyMap<string, number> => {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (effective !== undefined && (BigInt(`0x${effective}`) & systemResource) !== 0n) return new Map();
  const ceiling = new Map<string, number>();
  for (const [name, row] of Object.entries(rows)) {
    const hard = new RegExp(`^${row}\\s+\\S+\\s+(\\d+)`, "m").exec(limits)?.[1];
    if (hard !== undefined) ceiling.set(name, Number(hard));
  }
  return ceiling;
};

/** Without CAP_SYS_RESOURCE, as in some virtual machines and containers, no limit can be raised. */
export const resourceCeiling = (): ReadonlyMap<string, number> =>
  parseCeiling(readFileSync("/proc/self/status", "utf8"), readFileSync("/proc/self/limits", "utf8"));
