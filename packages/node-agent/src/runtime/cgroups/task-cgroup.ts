import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CgroupHierarchy, cgroupDirectory } from "./hierarchy.ts";

export interface TaskLimits {
  readonly memoryMiB: number;
  readonly pids: number;
}

const periodMicroseconds = 100_000;

export const quotaMicroseconds = (cpuUnits: number): number =>
  Math.max(1000, Math.round((cpuUnits / 1024) * periodMicroseconds));

const code = (thrown: unknown): string | undefined => (thrown as NodeJS.ErrnoException).code;

/** Makes the group that all of a task's containers are in, or sets the limits of the one that exists; see limitCpu. */
export const createTaskCgroup = (hierarchy: CgroupHierarchy, path: string, limits: TaskLimits): void => {
  if (hierarchy.version === 2) {
    const root = cgroupDirectory(hierarchy, "memory", "");
    let parent = root;
    for (const part of path.split("/").filter((name) => name !== "")) {
      enableControllers(parent);
      parent = join(parent, part);
      mkdirSync(parent, { recursive: true });
    }
    enableControllers(parent);
    limitMemory(hierarchy, path, limits.memoryMiB);
    writeFileSync(join(parent, "pids.max"), String(limits.pids));
    return;
  }
  mkdirSync(cgroupDirectory(hierarchy, "memory", path), { recursive: true });
  limitMemory(hierarchy, path, limits.memoryMiB);
  mkdirSync(cgroupDirectory(hierarchy, "cpu", path), { recursive: true });
  const pids = cgroupDirectory(hierarchy, "pids", path);
  mkdirSync(pids, { recursive: true });
  writeFileSync(join(pids, "pids.max"), String(limits.pids));
};

/** Holds a group that exists to this much memory, without swap. */
export const limitMemory = (hierarchy: CgroupHierarchy, path: string, memoryMiB: number): void => {
  const memory = cgroupDirectory(hierarchy, "memory", path);
  const bytes = String(memoryMiB * 1024 * 1024);
  const [limit, swap, swapValue] =
    hierarchy.version === 2
      ? ["memory.max", "memory.swap.max", "0"]
      : ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes", bytes];
  writeFileSync(join(memory, limit), bytes);
  writeOptional(join(memory, swap), swapValue);
};

/**
 * Holds the task to its CPU units; 1024 are one vCPU. Set when the first container runs and not before, so that a
 * small task is made as fast as a large one.
 */
export const limitCpu = (hierarchy: CgroupHierarchy, path: string, cpuUnits: number): void => {
  const cpu = cgroupDirectory(hierarchy, "cpu", path);
  const quota = quotaMicroseconds(cpuUnits);
  if (hierarchy.version === 2) {
    writeFileSync(join(cpu, "cpu.max"), `${quota} ${periodMicroseconds}`);
    return;
  }
  writeFileSync(join(cpu, "cpu.cfs_period_us"), String(periodMicroseconds));
  writeFileSync(join(cpu, "cpu.cfs_quota_us"), String(quota));
};

const enableControllers = (directory: string): void => {
  const available = readFileSync(join(directory, "cgroup.controllers"), "utf8").trim().split(" ");
  const wanted = ["cpu", "memory", "pids", "io", "cpuset"].filter((name) => available.includes(name));
  writeFileSync(join(directory, "cgroup.subtree_control"), wanted.map((name) => `+${name}`).join(" "));
};

/** Files that exist only where the kernel accounts swap. */
const writeOptional = (path: string, value: string): void => {
  if (existsSync(path)) writeFileSync(path, value);
};

const removeTree = (directory: string): void => {
  let children: readonly string[];
  try {
    children = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (thrown) {
    if (code(thrown) === "ENOENT") return;
    throw thrown;
  }
  for (const child of children) removeTree(join(directory, child));
  try {
    rmdirSync(directory);
  } catch (thrown) {
    if (code(thrown) !== "ENOENT") throw thrown;
  }
};

const processesIn = (directory: string): readonly number[] => {
  try {
    return readFileSync(join(directory, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

const killTree = (directory: string): void => {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true }))
    if (entry.isDirectory()) killTree(join(directory, entry.name));
  for (const pid of processesIn(directory)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (thrown) {
      if (code(thrown) !== "ESRCH") throw thrown;
    }
  }
};

/** Kills every process of a group and of those below it. */
export const killCgroup = (hierarchy: CgroupHierarchy, path: string): void => {
  for (const mount of hierarchy.mounts) killTree(join(mount, path));
};

/** Removes a group and all below it from every hierarchy; processes still in it are killed. */
export const removeCgroup = async (hierarchy: CgroupHierarchy, path: string): Promise<void> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      for (const mount of hierarchy.mounts) removeTree(join(mount, path));
      return;
    } catch (thrown) {
      if (code(thrown) !== "EBUSY" || attempt >= 200) throw thrown;
      for (const mount of hierarchy.mounts) killTree(join(mount, path));
      await sleep(10);
    }
  }
};

/** How often the kernel refused a process or a thread to this group, or to one below it where it counts so. */
export const refusedProcesses = (hierarchy: CgroupHierarchy, path: string): number => {
  try {
    const text = readFileSync(join(cgroupDirectory(hierarchy, "pids", path), "pids.events"), "utf8");
    return Number(/^max (\d+)$/m.exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
};

/** How many processes of this very group, not of those below it, the kernel killed for want of memory. */
export const oomKills = (hierarchy: CgroupHierarchy, path: string): number => {
  const file = hierarchy.version === 2 ? "memory.events" : "memory.oom_control";
  try {
    const text = readFileSync(join(cgroupDirectory(hierarchy, "memory", path), file), "utf8");
    return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
};
