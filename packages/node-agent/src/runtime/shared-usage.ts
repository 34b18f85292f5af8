import type { WorkloadId } from "@fleetless/kernel";
import type { CgroupHierarchy } from "./cgroups/hierarchy.ts";
import { readUsage } from "./cgroups/usage.ts";
import type { ContainerUsage } from "./contract.ts";
import { CpuShares } from "./isolation/cpu-shares.ts";
import type { IsolationDriver } from "./isolation/driver.ts";
import type { LiveContainer } from "./live-containers.ts";
import type { SandboxRecord } from "./storage/sandbox-records.ts";

const bytesPerMebibyte = 1024 * 1024;

/** What the containers of a task use, also of those that the machine's kernel does not tell apart. */
export class SharedUsage {
  readonly #hierarchy: CgroupHierarchy;
  readonly #shares = new Map<WorkloadId, CpuShares>();

  constructor(hierarchy: CgroupHierarchy) {
    this.#hierarchy = hierarchy;
  }

  /** Leaves out a container whose control group is gone. */
  async read(
    record: SandboxRecord,
    driver: IsolationDriver,
    running: readonly LiveContainer[],
  ): Promise<readonly ContainerUsage[]> {
    const groups = Map.groupBy(running, ({ containerId }) => driver.usageCgroup(record, containerId));
    const read = [...groups].map(async ([group, members]) => {
      const usage = await readUsage(this.#hierarchy, group, "").catch(() => undefined);
      if (usage === undefined) return [];
      const memoryLimitBytes = usage.memoryLimitBytes || record.memoryMiB * bytesPerMebibyte;
      const parts = await this.#parts(record, driver, usage, members);
      return members.map(({ name }, index) => ({ ...(parts[index] ?? usage), name, memoryLimitBytes }));
    });
    return (await Promise.all(read)).flat();
  }

  async #parts(
    record: SandboxRecord,
    driver: IsolationDriver,
    usage: ContainerUsage,
    members: readonly LiveContainer[],
  ): Promise<readonly ContainerUsage[]> {
    const known = this.#shares.get(record.workloadId);
    if (members.length < 2 && known === undefined) return members.map(() => usage);
    const ids = members.map(({ containerId }) => containerId);
    const inside = await Promise.all(ids.map(async (id) => [id, await driver.cpuInside(record, id)] as const));
    const shares = known ?? new CpuShares();
    this.#shares.set(record.workloadId, shares);
    const cpu = shares.read(usage, new Map(inside));
    return ids.map((id) => ({ ...evenShare(usage, ids.length), ...cpu.get(id) }));
  }

  forget(workloadId: WorkloadId): void {
    this.#shares.delete(workloadId);
  }
}

/** What nobody tells apart is given out in equal parts: the sum is true. */
const evenShare = (usage: ContainerUsage, sharing: number): ContainerUsage => ({
  ...usage,
  memoryBytes: Math.floor(usage.memoryBytes / sharing),
  memoryMaximumBytes: Math.floor(usage.memoryMaximumBytes / sharing),
  memoryCacheBytes: Math.floor(usage.memoryCacheBytes / sharing),
  pids: Math.floor(usage.pids / sharing),
  blockReadBytes: Math.floor(usage.blockReadBytes / sharing),
  blockWriteBytes: Math.floor(usage.blockWriteBytes / sharing),
});
