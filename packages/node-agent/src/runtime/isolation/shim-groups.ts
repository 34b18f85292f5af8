import type { WorkloadId } from "@fleetless/kernel";
import type { NewTask, Tasks } from "../containerd/tasks.ts";
import { pooledRuntime, type ShimPool } from "./shim-pool.ts";

interface Group {
  readonly name: string;
  readonly members: Set<string>;
}

export type GroupedTask = Omit<NewTask, "runtime"> & { readonly workloadId: WorkloadId };

const plainRuntime = "io.containerd.runc.v2";
const groupAnnotation = "io.containerd.runc.v2.group";

/** Puts all containers of a task under one shim: one from the pool where there is one, else the first one's own. */
export class ShimGroups {
  readonly #tasks: Tasks;
  readonly #pool: ShimPool | undefined;
  readonly #groups = new Map<WorkloadId, Group>();
  readonly #workloads = new Map<string, WorkloadId>();

  constructor(tasks: Tasks, pool: ShimPool | undefined) {
    this.#tasks = tasks;
    this.#pool = pool;
  }

  #join(workloadId: WorkloadId, containerId: string, name: () => string): Group {
    const group = this.#groups.get(workloadId) ?? { name: name(), members: new Set() };
    group.members.add(containerId);
    this.#groups.set(workloadId, group);
    this.#workloads.set(containerId, workloadId);
    return group;
  }

  /**
   * Creates a container and its task; answers its first process. `onGroup` hears which shim it gets before it is there.
   */
  async create(task: GroupedTask, signal: AbortSignal, onGroup: (group: string) => void): Promise<number> {
    const own = `task-${task.id}`;
    const group = this.#join(task.workloadId, task.id, () => this.#pool?.claim() ?? own);
    try {
      return await this.#createIn(group, task, signal, onGroup);
    } catch (thrown) {
      const isAlone = group.members.size === 1 && group.name !== own;
      if (!isAlone || !/failed to start shim/.test(String(thrown))) throw thrown;
      // The ready shim has died since it was made.
      await this.remove(task.id);
      const other = this.#join(task.workloadId, task.id, () => own);
      return await this.#createIn(other, task, signal, onGroup);
    }
  }

  async #createIn(
    group: Group,
    task: GroupedTask,
    signal: AbortSignal,
    onGroup: (group: string) => void,
  ): Promise<number> {
    onGroup(group.name);
    const annotations = { ...task.spec.annotations, [groupAnnotation]: group.name };
    this.#pool?.assign(group.name, task.id);
    try {
      const runtime = this.#pool === undefined ? plainRuntime : pooledRuntime;
      return await this.#tasks.create({ ...task, runtime, spec: { ...task.spec, annotations } }, signal);
    } finally {
      this.#pool?.unassign(task.id);
    }
  }

  /** A container found after a restart of the agent. */
  found(workloadId: WorkloadId, containerId: string, group: string): void {
    this.#join(workloadId, containerId, () => group);
  }

  /** Ends and forgets a container; with the last one of its group the shim goes. */
  async remove(containerId: string): Promise<void> {
    await this.#tasks.remove(containerId);
    const workloadId = this.#workloads.get(containerId);
    const group = workloadId === undefined ? undefined : this.#groups.get(workloadId);
    if (workloadId === undefined || group === undefined) return;
    this.#workloads.delete(containerId);
    group.members.delete(containerId);
    if (group.members.size > 0) return;
    this.#groups.delete(workloadId);
    await this.#pool?.release(group.name);
  }

  /** Ends the shims that are left of containers that nobody knows. */
  async removeOrphans(): Promise<void> {
    await this.#pool?.removeOthers((name) =>
      [...this.#groups].some(([workloadId, group]) => workloadId === name || group.name === name),
    );
  }
}
