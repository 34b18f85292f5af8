import { constants } from "node:os";
import { join } from "node:path";
import type { UsageReading } from "@fleetless/engine";
import {
  type Clock,
  type ContainerSecrets,
  type Logger,
  messageOf,
  type WorkloadId,
  workloadId,
} from "@fleetless/kernel";
import type { Quiet } from "../machine/quiet.ts";
import type { CgroupHierarchy } from "./cgroups/hierarchy.ts";
import { ProcessMoves } from "./cgroups/process-moves.ts";
import { readUsage } from "./cgroups/usage.ts";
import { containerLabels, keyText, type LabelledContainer, readLabels } from "./container-ids.ts";
import type { ContainerLauncher } from "./container-launcher.ts";
import { containerdMessage, isUnavailable, toMilliseconds } from "./containerd/client.ts";
import type { TaskProcess } from "./containerd/messages.ts";
import type { Tasks } from "./containerd/tasks.ts";
import {
  type ContainerExit,
  type ContainerKey,
  type ContainerRequest,
  type ContainerRuntime,
  type ContainerUsage,
  type FoundContainer,
  type PreparedImage,
  type PrepareOptions,
  RuntimeError,
  type RuntimeErrorName,
  type SandboxRequest,
} from "./contract.ts";
import { executeInside } from "./execute.ts";
import type { ExitWatch } from "./exit-watch.ts";
import type { Images } from "./images/images.ts";
import type { ShimGroups } from "./isolation/shim-groups.ts";
import type { LiveContainer, LiveContainers } from "./live-containers.ts";
import type { Sandboxes } from "./sandboxes.ts";
import { SharedUsage } from "./shared-usage.ts";
import type { VolumeStore } from "./storage/ephemeral-volume.ts";
import type { SandboxRecords } from "./storage/sandbox-records.ts";
import type { SecretVault } from "./storage/secret-vault.ts";

export interface RuntimeParts {
  readonly tasks: Tasks;
  readonly groups: ShimGroups;
  readonly live: LiveContainers;
  readonly watch: ExitWatch;
  readonly sandboxes: Sandboxes;
  readonly launcher: ContainerLauncher;
  readonly images: Images;
  readonly volumes: VolumeStore;
  readonly records: SandboxRecords;
  readonly vault: SecretVault;
  readonly hierarchy: CgroupHierarchy;
  readonly isolation: ContainerRuntime["isolation"];
  readonly outputDirectory: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly quiet: Quiet;
}

/** A step that failed since containerd was away for long may be tried again: it is not of the container's making. */
const retryableInAbsence = async <Value>(
  name: RuntimeErrorName,
  step: () => Promise<Value>,
  signal: AbortSignal,
): Promise<Value> => {
  try {
    return await step();
  } catch (thrown) {
    signal.throwIfAborted();
    const cause = thrown instanceof RuntimeError ? thrown.cause : thrown;
    if (!isUnavailable(cause)) throw thrown;
    throw new RuntimeError(name, containerdMessage(cause), { cause, retryable: true });
  }
};

/** ContainerRuntime over containerd. */
export class ContainerdRuntime implements ContainerRuntime {
  readonly #parts: RuntimeParts;
  readonly #usages: SharedUsage;
  readonly #moves: ProcessMoves;
  #executions = 0;

  constructor(parts: RuntimeParts) {
    this.#parts = parts;
    this.#usages = new SharedUsage(parts.hierarchy);
    this.#moves = new ProcessMoves(parts.hierarchy);
  }

  get isolation(): ContainerRuntime["isolation"] {
    return this.#parts.isolation;
  }

  async prepareImage(reference: string, signal: AbortSignal, options: PrepareOptions = {}): Promise<PreparedImage> {
    const prepare = () => this.#parts.images.prepare(reference, signal, options);
    return (await retryableInAbsence("CannotPullContainerError", prepare, signal)).prepared;
  }

  createSandbox(request: SandboxRequest, signal: AbortSignal): Promise<void> {
    return this.#launching(() => this.#parts.sandboxes.create(request, signal));
  }

  createContainer(request: ContainerRequest, signal: AbortSignal): Promise<{ readonly runtimeId: string }> {
    const create = (): Promise<{ readonly runtimeId: string }> => this.#parts.launcher.create(request, signal);
    return this.#launching(() => retryableInAbsence("CannotCreateContainerError", create, signal));
  }

  startContainer(key: ContainerKey, signal: AbortSignal): Promise<{ readonly startedAt: number }> {
    const start = (): Promise<{ readonly startedAt: number }> => this.#start(key, signal);
    return this.#launching(() => retryableInAbsence("CannotStartContainerError", start, signal));
  }

  #launching<Value>(work: () => Promise<Value>): Promise<Value> {
    return this.#parts.quiet.during(() => this.#moves.during(work));
  }

  async #start(key: ContainerKey, signal: AbortSignal): Promise<{ readonly startedAt: number }> {
    const live = this.#liveOf(key);
    const { tasks, records, clock, sandboxes, watch, vault } = this.#parts;
    const file = records.readContainer(key.workloadId, live.containerId);
    if (file?.startedAt !== undefined) return { startedAt: file.startedAt };
    const askedAt = clock.now();
    let startedAt: number | undefined;
    try {
      await tasks.start(live.containerId, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      const found = await tasks.get(live.containerId);
      const status = found?.status;
      if (status === undefined) watch.lost(live);
      const startedBefore = status === "RUNNING" || status === "STOPPED";
      const refused = /OCI runtime start failed/.test(containerdMessage(thrown));
      if (!startedBefore || refused)
        throw new RuntimeError("CannotStartContainerError", containerdMessage(thrown), {
          cause: thrown,
          retryable: status === "CREATED" && !refused,
        });
      // It runs, or did: the answer was lost with the containerd that gave it, and what came after took its time.
      startedAt = status === "STOPPED" ? Math.min(askedAt, toMilliseconds(found?.exited_at)) : askedAt;
    }
    startedAt ??= clock.now();
    vault.forgetSpec(live.containerId);
    if (file !== undefined) records.writeContainer(key.workloadId, live.containerId, { ...file, startedAt });
    const record = sandboxes.get(key.workloadId);
    if (record !== undefined) sandboxes.started(record, live.containerId, file?.memoryMiB);
    return { startedAt };
  }

  async signalContainer(key: ContainerKey, signal: NodeJS.Signals): Promise<void> {
    const live = this.#parts.live.get(key);
    if (live === undefined) return;
    await this.#parts.tasks.kill(live.containerId, constants.signals[signal], { all: signal === "SIGKILL" });
  }

  async execute(
    key: ContainerKey,
    command: readonly string[],
    timeoutMilliseconds: number,
  ): Promise<{ readonly exitCode: number | undefined; readonly output: string }> {
    const { containerId } = this.#liveOf(key);
    const { records, tasks, sandboxes, vault } = this.#parts;
    const record = sandboxes.get(key.workloadId);
    const file = records.readContainer(key.workloadId, containerId);
    if (record === undefined || file === undefined) throw new Error(`container ${keyText(key)} is not on this machine`);
    this.#executions += 1;
    const execId = `exec-${process.pid}-${this.#executions}`;
    return await executeInside(tasks, {
      containerId,
      execId,
      process: vault.complete(containerId, { ...file.process, args: command, terminal: false }),
      timeoutMilliseconds,
      directory: records.directory(key.workloadId),
      onTimeout: (id) => sandboxes.driverOf(record).killCommand(record, containerId, id),
    });
  }

  writeSecretFiles(key: ContainerKey, files: ContainerSecrets["files"]): boolean {
    const container = this.#parts.live.get(key);
    return container !== undefined && this.#parts.vault.writeFiles(container.containerId, files);
  }

  async deleteContainer(key: ContainerKey): Promise<void> {
    const { groups, live, sandboxes, vault } = this.#parts;
    const container = live.get(key);
    if (container === undefined) return;
    await groups.remove(container.containerId);
    vault.remove(container.containerId);
    const record = sandboxes.get(key.workloadId);
    if (record !== undefined) sandboxes.driverOf(record).ended(record, container.containerId);
    live.remove(container);
  }

  async destroySandbox(workloadId: WorkloadId): Promise<void> {
    const { live, sandboxes, vault } = this.#parts;
    await Promise.all(live.of(workloadId).map((container) => this.deleteContainer(container)));
    await sandboxes.destroy(workloadId);
    vault.removeAll(workloadId);
    this.#usages.forget(workloadId);
  }

  async find(): Promise<{ readonly sandboxes: readonly WorkloadId[]; readonly containers: readonly FoundContainer[] }> {
    const { records, tasks } = this.#parts;
    const [sandboxes, containers, running] = await Promise.all([records.list(), tasks.records(), tasks.list()]);
    const found: FoundContainer[] = [];
    for (const container of containers) {
      const labelled = readLabels(container.labels);
      if (labelled === undefined) {
        this.#foundSandbox(container.labels[containerLabels.sandbox], container.id);
        continue;
      }
      const task = running.find((candidate) => candidate.id === container.id);
      if (task !== undefined) found.push(this.#found(labelled, task));
      else found.push(...this.#foundWithoutTask(labelled, container.id));
    }
    return { sandboxes: sandboxes.map((record) => record.workloadId), containers: found };
  }

  #foundSandbox(workload: string | undefined, containerId: string): void {
    if (workload === undefined) return;
    const file = this.#parts.records.readContainer(workloadId(workload), containerId);
    if (file !== undefined) this.#parts.groups.found(workloadId(workload), containerId, file.shimGroup);
  }

  /**
   * A record of containerd's without a task: the agent or the machine ended between the two, or the task was lost. What
   * is left of it is removed behind this; until it is, a container of that name is not made anew.
   */
  #foundWithoutTask(container: LabelledContainer, containerId: string): readonly FoundContainer[] {
    const { live, groups, logger } = this.#parts;
    const known = live.byId(containerId);
    if (known !== undefined && known.exit === undefined) return [];
    if (known === undefined)
      groups.remove(containerId).catch((thrown: unknown) => {
        logger.warn({ container: containerId, error: messageOf(thrown) }, "what is left of a container stays for now");
      });
    return known?.exit === undefined ? [] : [{ ...container, state: "exited", exit: known.exit }];
  }

  #found(labelled: LabelledContainer, task: TaskProcess): FoundContainer {
    const { groups, live, records, sandboxes, watch } = this.#parts;
    const file = records.readContainer(labelled.workloadId, task.id);
    const container = live.add({ ...labelled, containerId: task.id, pid: task.pid });
    if (file !== undefined) groups.found(labelled.workloadId, task.id, file.shimGroup);
    const started = file?.startedAt === undefined ? {} : { startedAt: file.startedAt };
    if (task.status === "STOPPED") {
      const exit = container.exit ?? watch.exitOf(labelled, task.id, task.exit_status, toMilliseconds(task.exited_at));
      return { ...labelled, state: "exited", ...started, exit };
    }
    if (task.status === "CREATED") return { ...labelled, state: "created" };
    const record = sandboxes.get(labelled.workloadId);
    if (record !== undefined) sandboxes.started(record, task.id, file?.memoryMiB);
    return { ...labelled, state: "running", ...started };
  }

  onExit(listener: (exit: ContainerExit) => void): () => void {
    return this.#parts.live.onExit(listener);
  }

  async usage(workloadId: WorkloadId): Promise<readonly ContainerUsage[]> {
    const { live, sandboxes } = this.#parts;
    const record = sandboxes.get(workloadId);
    if (record === undefined) return [];
    const driver = sandboxes.driverOf(record);
    const running = live.of(workloadId).filter((container) => container.exit === undefined);
    return await this.#usages.read(record, driver, running);
  }

  async taskUsage(workloadId: WorkloadId): Promise<UsageReading | undefined> {
    const { sandboxes, hierarchy } = this.#parts;
    const record = sandboxes.get(workloadId);
    if (record === undefined) return undefined;
    const { cpuNanoseconds, memoryBytes, memoryMaximumBytes } = await readUsage(hierarchy, record.cgroupPath, "");
    return { cpuNanoseconds, memoryBytes, memoryPeakBytes: memoryMaximumBytes };
  }

  async storageUsage(workloadId: WorkloadId): Promise<{ readonly usedMiB: number; readonly reservedMiB: number }> {
    const { sandboxes, volumes } = this.#parts;
    const record = sandboxes.get(workloadId);
    return record === undefined ? { usedMiB: 0, reservedMiB: 0 } : await volumes.usage(sandboxes.volume(record));
  }

  outputPath(key: ContainerKey): string {
    return join(this.#parts.outputDirectory, key.workloadId, `${encodeURIComponent(key.name)}.log`);
  }

  #liveOf(key: ContainerKey): LiveContainer {
    const live = this.#parts.live.get(key);
    if (live === undefined)
      throw new RuntimeError(
        "CannotStartContainerError",
        `container ${key.name} of task ${key.workloadId} is not created`,
      );
    return live;
  }
}
