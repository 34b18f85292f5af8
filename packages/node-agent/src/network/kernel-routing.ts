import {
  everywhere,
  type IpFamily,
  type KernelRoute,
  type KernelRule,
  mainTable,
  mendRouting,
  type Routing,
  subnetRulePriority,
} from "@fleetless/engine";
import { runCommand } from "../machine/run-command.ts";

const outputLimit = 64 * 1024 * 1024;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Lists what `ip` knows of a namespace's routing of one family, with numbers for names. */
const list = async (
  namespace: string,
  family: IpFamily,
  what: readonly string[],
): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const { stdout } = await runCommand("ip", ["-n", namespace, familyFlags[family], "-N", "-d", "-j", ...what], {
    outputLimit,
  });
  const parsed: unknown = JSON.parse(stdout || "[]");
  return Array.isArray(parsed) ? parsed.filter(isObject) : [];
};

const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

export const familyFlags: Readonly<Record<IpFamily, string>> = { ipv4: "-4", ipv6: "-6" };
const addressLengths: Readonly<Record<IpFamily, number>> = { ipv4: 32, ipv6: 128 };

const withPrefix = (address: string, family: IpFamily): string => {
  if (address === "default" || address === "all") return everywhere[family];
  return address.includes("/") ? address : `${address}/${addressLengths[family]}`;
};

/** The kernel's numbers for types of routes (RTN_*). */
const types: Readonly<Record<string, "blackhole" | "unreachable" | "throw">> = {
  "6": "blackhole",
  "7": "unreachable",
  "9": "throw",
};

const localTable = 255;

const routeOf = (entry: Readonly<Record<string, unknown>>, family: IpFamily): readonly KernelRoute[] => {
  const table = entry.table === undefined ? mainTable : Number(entry.table);
  if (table === localTable) return [];
  const kind = types[text(entry.type)];
  const device = text(entry.dev);
  const nextHop = text(entry.gateway);
  const action: KernelRoute["action"] =
    kind !== undefined ? { kind } : nextHop === "" ? { kind: "device", device } : { kind: "hop", device, nextHop };
  return [{ table, destination: withPrefix(text(entry.dst), family), action }];
};

/** Rules that every namespace is made with, by priority. */
const kernelRules: Readonly<Record<IpFamily, readonly (readonly [priority: number, table: number])[]>> = {
  ipv4: [
    [0, localTable],
    [32_766, mainTable],
    [32_767, 253],
  ],
  ipv6: [
    [0, localTable],
    [32_766, mainTable],
  ],
};

interface FoundRules {
  readonly rules: readonly KernelRule[];
  /** Lines that remove rules that nobody here writes, and bring back those that the kernel itself made. */
  readonly mending: readonly string[];
}

const rulesOf = (entries: readonly Readonly<Record<string, unknown>>[], family: IpFamily): FoundRules => {
  const rules: KernelRule[] = [];
  const mending: string[] = [];
  const made = new Map(kernelRules[family]);
  const left = new Map(made);
  for (const entry of entries) {
    const [priority, table] = [Number(entry.priority), Number(entry.table)];
    if (made.get(priority) === table && entry.src === "all") left.delete(priority);
    else if (priority === subnetRulePriority && typeof entry.src === "string" && entry.dst === undefined) {
      rules.push({ source: `${entry.src}/${text(entry.srclen) || addressLengths[family]}`, table });
    } else mending.push(`rule del priority ${priority}`);
  }
  for (const [priority, table] of left) mending.push(`rule add priority ${priority} from all lookup ${table}`);
  return { rules, mending };
};

/**
 * The lines for `ip -batch` that make a namespace route as wanted, whatever it does now; none where it does. Of `own`,
 * the ways to interfaces, those that come or go while the kernel is read are left alone: whoever changes them does it.
 */
export const routingDrift = async (
  namespace: string,
  shared: Routing,
  own: () => Routing["routes"],
  family: IpFamily = "ipv4",
): Promise<readonly string[]> => {
  const keyOf = (route: KernelRoute): string => JSON.stringify([route.table, route.destination, route.action]);
  const before = new Set(own().map(keyOf));
  const [routes, rules] = await Promise.all([
    list(namespace, family, ["route", "show", "table", "all"]),
    list(namespace, family, ["rule"]),
  ]);
  const found = rulesOf(rules, family);
  const inKernel = routes.flatMap((route) => routeOf(route, family));
  const after = new Map(own().map((route) => [keyOf(route), route]));
  const isPassing = (key: string): boolean => before.has(key) !== after.has(key);
  const settled = [...after].flatMap(([key, route]) => (isPassing(key) ? [] : [route]));
  return [
    ...found.mending,
    ...mendRouting(
      { routes: inKernel.filter((route) => !isPassing(keyOf(route))), rules: found.rules },
      { ...shared, routes: [...shared.routes, ...settled] },
    ),
  ];
};
