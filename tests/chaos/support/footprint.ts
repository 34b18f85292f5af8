import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Belongings, processesOf } from "./belongings.ts";

/** What an instance takes of the machine: a number for each kind, which ought not to grow with the tasks that were. */
export interface Footprint {
  readonly memoryKiB: number;
  readonly descriptors: number;
  readonly threads: number;
  readonly containerdMemoryKiB: number;
  readonly containerdDescriptors: number;
  readonly shims: number;
  readonly shimMemoryKiB: number;
  readonly processes: number;
  readonly controlGroups: number;
  readonly mounts: number;
  readonly diskKiB: number;
  readonly storeKiB: number;
  readonly logKiB: number;
}

/** Blocks that the files below a directory really take. What is mounted in it is left out, and what goes meanwhile. */
const diskKiB = (directory: string, device = statSync(directory).dev): number => {
  try {
    return readdirSync(directory, { withFileTypes: true }).reduce((sum, entry) => {
      const path = join(directory, entry.name);
      const { blocks, dev } = statSync(path);
      return dev === device ? sum + (entry.isDirectory() ? diskKiB(path, device) : blocks / 2) : sum;
    }, 0);
  } catch {
    return 0;
  }
};

const statusOf = (pid: number, field: string): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);

const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

const groupsBelow = (directory: string): number =>
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .reduce((sum, { name }) => sum + 1 + groupsBelow(join(directory, name)), 0);

const controlGroups = (namespace: string): number =>
  ["", ...readdirSync("/sys/fs/cgroup")].reduce((sum, hierarchy) => {
    try {
      return sum + groupsBelow(join("/sys/fs/cgroup", hierarchy, namespace));
    } catch {
      // This hierarchy has no group of the instance, or is a file.
      return sum;
    }
  }, 0);

const sizeKiB = (path: string): number => Math.ceil(statSync(path).size / 1024);

export const takeFootprint = (pid: number, belongings: Belongings): Footprint => {
  const { dataDirectory, namespace } = belongings;
  const { containerds, shims, mine } = processesOf(belongings);
  const [containerd] = containerds;
  if (containerd === undefined) throw new Error("there is no containerd");
  const store = join(dataDirectory, "control-plane");
  return {
    memoryKiB: statusOf(pid, "VmRSS"),
    descriptors: descriptorsOf(pid),
    threads: statusOf(pid, "Threads"),
    containerdMemoryKiB: statusOf(containerd.pid, "VmRSS"),
    containerdDescriptors: descriptorsOf(containerd.pid),
    shims: shims.length,
    shimMemoryKiB: shims.reduce((sum, shim) => sum + statusOf(shim.pid, "VmRSS"), 0),
    processes: mine.length,
    controlGroups: controlGroups(namespace),
    mounts: readFileSync("/proc/mounts", "utf8")
      .split("\n")
      .filter((line) => line.includes(dataDirectory)).length,
    diskKiB: diskKiB(dataDirectory),
    storeKiB: readdirSync(store)
      .filter((name) => name.startsWith("store.sqlite"))
      .reduce((sum, name) => sum + sizeKiB(join(store, name)), 0),
    logKiB: ["fleetless.log", "node/state/runtime/containerd.log"].reduce(
      (sum, name) => sum + sizeKiB(join(dataDirectory, name)),
      0,
    ),
  };
};

/** Of each kind the least of several footprints: what is in use beside what waits to be collected or written back. */
export const leastOf = (footprints: readonly Footprint[]): Footprint => {
  const [first] = footprints;
  if (first === undefined) throw new RangeError("there is no footprint");
  const least = (kind: keyof Footprint): number => Math.min(...footprints.map((footprint) => footprint[kind]));
  const kinds = Object.keys(first) as (keyof Footprint)[];
  return Object.fromEntries(kinds.map((kind) => [kind, least(kind)])) as { [Kind in keyof Footprint]: number };
};

export const growthOf = (before: Footprint, after: Footprint): Footprint => {
  const kinds = Object.keys(before) as (keyof Footprint)[];
  return Object.fromEntries(kinds.map((kind) => [kind, after[kind] - before[kind]])) as {
    [Kind in keyof Footprint]: number;
  };
};
