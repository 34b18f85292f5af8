import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ContainerUsage } from "../contract.ts";
import { type CgroupHierarchy, type Controller, cgroupDirectory } from "./hierarchy.ts";

const fieldOf = (text: string, name: string): number =>
  Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1] ?? 0);

/** The counters of one group. Throws ENOENT where the group is gone. */
export const readUsage = async (hierarchy: CgroupHierarchy, path: string, name: string): Promise<ContainerUsage> => {
  const read = (controller: Controller, file: string): Promise<string> =>
    readFile(join(cgroupDirectory(hierarchy, controller, path), file), "utf8");
  const optional = (controller: Controller, file: string): Promise<string> => read(controller, file).catch(() => "");
  return hierarchy.version === 2
    ? await readUnified(
        name,
        (file) => read("memory", file),
        (file) => optional("memory", file),
      )
    : await readControllers(name, read, optional);
};

const readUnified = async (
  name: string,
  read: (file: string) => Promise<string>,
  optional: (file: string) => Promise<string>,
): Promise<ContainerUsage> => {
  const [cpu, memory, peak, maximum, statistics, pids, io] = await Promise.all([
    read("cpu.stat"),
    read("memory.current"),
    optional("memory.peak"),
    read("memory.max"),
    read("memory.stat"),
    read("pids.current"),
    optional("io.stat"),
  ]);
  const sum = (field: string): number =>
    [...io.matchAll(new RegExp(`${field}=(\\d+)`, "g"))].reduce((total, match) => total + Number(match[1]), 0);
  return {
    name,
    cpuNanoseconds: fieldOf(cpu, "usage_usec") * 1000,
    cpuUserNanoseconds: fieldOf(cpu, "user_usec") * 1000,
    cpuSystemNanoseconds: fieldOf(cpu, "system_usec") * 1000,
    memoryBytes: Number(memory),
    memoryMaximumBytes: Number(peak === "" ? memory : peak),
    memoryLimitBytes: maximum.trim() === "max" ? 0 : Number(maximum),
    memoryCacheBytes: fieldOf(statistics, "file"),
    pids: Number(pids),
    blockReadBytes: sum("rbytes"),
    blockWriteBytes: sum("wbytes"),
  };
};

/** What the kernel shows for "no limit": the largest multiple of a page. */
const unlimited = 2 ** 62;

const readControllers = async (
  name: string,
  read: (controller: Controller, file: string) => Promise<string>,
  optional: (controller: Controller, file: string) => Promise<string>,
): Promise<ContainerUsage> => {
  const [cpu, user, system, memory, peak, limit, statistics, pids, io] = await Promise.all([
    read("cpuacct", "cpuacct.usage"),
    read("cpuacct", "cpuacct.usage_user"),
    read("cpuacct", "cpuacct.usage_sys"),
    read("memory", "memory.usage_in_bytes"),
    read("memory", "memory.max_usage_in_bytes"),
    read("memory", "memory.limit_in_bytes"),
    read("memory", "memory.stat"),
    optional("pids", "pids.current"),
    optional("blkio", "blkio.throttle.io_service_bytes"),
  ]);
  const sum = (operation: string): number =>
    [...io.matchAll(new RegExp(`^\\d+:\\d+ ${operation} (\\d+)$`, "gm"))].reduce(
      (total, match) => total + Number(match[1]),
      0,
    );
  return {
    name,
    cpuNanoseconds: Number(cpu),
    cpuUserNanoseconds: Number(user),
    cpuSystemNanoseconds: Number(system),
    memoryBytes: Number(memory),
    memoryMaximumBytes: Number(peak),
    memoryLimitBytes: Number(limit) > unlimited ? 0 : Number(limit),
    memoryCacheBytes: fieldOf(statistics, "cache"),
    pids: Number(pids),
    blockReadBytes: sum("Read"),
    blockWriteBytes: sum("Write"),
  };
};
