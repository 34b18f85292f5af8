import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CgroupHierarchy } from "./hierarchy.ts";

/** Shorter than what the kernel takes to forget that a process was moved. */
const againMilliseconds = 4;

/** The cgroup.procs of the group that a process is in, from its /proc/<pid>/cgroup; undefined where that cannot be told. */
export const ownProcessesFile = (hierarchy: CgroupHierarchy, membership: string): string | undefined => {
  const mount = hierarchy.mountOf("pids");
  for (const line of membership.split("\n")) {
    const [, controllers = "", ...path] = line.split(":");
    const isTheirs = hierarchy.version === 2 ? controllers === "" : controllers.split(",").includes("pids");
    if (isTheirs && path.length > 0 && mount !== undefined) return join(mount, path.join(":"), "cgroup.procs");
  }
  return undefined;
};

/**
 * Spares a launch the wait for the kernel's lock of control groups: who moves a process first in a while waits for
 * an RCU grace period, some 10 ms; who does so soon after him does not. So the agent moves itself to where it is,
 * again and again, while a launch is about to move its processes.
 */
export class ProcessMoves {
  #file: string | undefined;
  #underWay = 0;
  #running = false;

  constructor(hierarchy: CgroupHierarchy) {
    this.#file = ownProcessesFile(hierarchy, readFileSync("/proc/self/cgroup", "utf8"));
  }

  /** Carries out what leads to a move of processes. */
  async during<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#underWay += 1;
    if (!this.#running) void this.#keepReady();
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Where a group cannot be written to, launches wait as they would have. */
  async #keepReady(): Promise<void> {
    this.#running = true;
    while (this.#underWay > 0 && this.#file !== undefined) {
      try {
        await writeFile(this.#file, "0");
      } catch {
        this.#file = undefined;
      }
      await sleep(againMilliseconds, undefined, { ref: false });
    }
    this.#running = false;
  }
}
