import { spawn } from "node:child_process";
import { once } from "node:events";
import type { PacketCapture } from "@fleetless/kernel";
import { findProgram, standardPath } from "../machine/programs.ts";
import type { SessionProcess } from "../runtime/session-process.ts";
import { namespacePath } from "./names.ts";

const longestFilter = 1_024;
const longestSeconds = 3_600;
const mostPackets = 100_000_000;
/** At once on one machine. */
const mostCaptures = 16;

const isWithin = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;

const check = ({ filter, seconds, packets }: PacketCapture): void => {
  if (filter.length > longestFilter || /[^\x20-\x7e]/.test(filter)) {
    throw new Error(`A filter has at most ${longestFilter} printable characters`);
  }
  if (!isWithin(seconds, longestSeconds)) throw new Error(`A capture takes 1 to ${longestSeconds} seconds`);
  if (packets !== undefined && !isWithin(packets, mostPackets)) {
    throw new Error(`A capture has 1 to ${mostPackets} packets`);
  }
};

/** Nobody, with the right to see packets and no other. It dies with the agent. */
const unprivileged: readonly string[] = [
  ...["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--no-new-privs"],
  ...["--inh-caps", "-all,+net_raw", "--ambient-caps", "-all,+net_raw", "--bounding-set", "-all,+net_raw"],
  ...["--pdeathsig", "KILL", "--"],
];

const commandOf = (port: string, { filter, packets }: PacketCapture): readonly string[] => [
  "tcpdump",
  ...["-i", port, "--no-promiscuous-mode", "-n", "-U", "-w", "-"],
  ...(packets === undefined ? [] : ["-c", String(packets)]),
  // What follows is never an option.
  "--",
  ...(filter.trim() === "" ? [] : [filter]),
];

const running = new Set<object>();

/**
 * The packets that pass a port of a VPC's namespace, as a pcap on standard output, by tcpdump. The end of its input,
 * its time or its number of packets ends it, with all that was captured written out. Throws what users are told.
 */
export const startCapture = async (
  namespace: string,
  port: string,
  capture: PacketCapture,
): Promise<SessionProcess> => {
  check(capture);
  for (const program of ["tcpdump", "setpriv"]) {
    if (findProgram(program) === undefined) {
      throw new Error(`${program} is missing on the machine that runs the task: apt-get install tcpdump util-linux`);
    }
  }
  if (running.size >= mostCaptures) throw new Error(`${mostCaptures} captures run already on the task's machine`);
  const parameters = [`--net=${namespacePath(namespace)}`, ...unprivileged, ...commandOf(port, capture)];
  const child = spawn("nsenter", parameters, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: standardPath, LC_ALL: "C" },
  });
  const ended = Promise.withResolvers<number>();
  ended.promise.catch(() => undefined);
  running.add(child);
  const timer = setTimeout(() => child.kill("SIGINT"), capture.seconds * 1_000);
  child.once("close", (code) => {
    clearTimeout(timer);
    running.delete(child);
    ended.resolve(code ?? 137);
  });
  child.once("error", (error) => ended.reject(new Error(`The capture could not be started: ${error.message}`)));
  await once(child, "spawn");
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    write: async () => undefined,
    closeInput: async () => void child.kill("SIGINT"),
    resize: async () => undefined,
    kill: async () => void child.kill("SIGKILL"),
    ended: ended.promise,
  };
};
