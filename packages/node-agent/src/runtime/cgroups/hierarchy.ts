import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The control group file systems of this machine. */
export interface CgroupHierarchy {
  readonly version: 1 | 2;
  /** Mount point per controller; in version 2 one for all. */
  readonly mountOf: (controller: Controller) => string | undefined;
  /** Every mount point, those without a controller of ours included. */
  readonly mounts: readonly string[];
}

export type Controller = "cpu" | "cpuacct" | "memory" | "pids" | "blkio" | "cpuset";

/** Reads a mount table such as /proc/self/mounts. A hybrid machine counts as version 1. */
export const parseHierarchy = (mountTable: string): CgroupHierarchy => {
  const controllers = new Map<string, string>();
  const mounts: string[] = [];
  let unified: string | undefined;
  for (const line of mountTable.split("\n")) {
    const [, target = "", type, options = ""] = line.split(" ");
    if (type !== "cgroup" && type !== "cgroup2") continue;
    if (mounts.includes(target)) continue;
    mounts.push(target);
    if (type === "cgroup2") unified ??= target;
    else for (const option of options.split(",")) controllers.set(option, controllers.get(option) ?? target);
  }
  if (controllers.has("memory")) return { version: 1, mountOf: (controller) => controllers.get(controller), mounts };
  if (unified === undefined)
    throw new Error(
      "No control groups are mounted: neither a version 1 memory controller nor cgroup2 is in the mount table",
    );
  const root = unified;
  return { version: 2, mountOf: () => root, mounts };
};

export const readHierarchy = (): CgroupHierarchy => parseHierarchy(readFileSync("/proc/self/mounts", "utf8"));

export const cgroupDirectory = (hierarchy: CgroupHierarchy, controller: Controller, path: string): string => {
  const mount = hierarchy.mountOf(controller);
  if (mount === undefined) throw new Error(`The ${controller} control group controller is not mounted`);
  return join(mount, path);
};
