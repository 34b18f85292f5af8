import { rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { type Clock, type Logger, messageOf, type WorkloadId } from "@fleetless/kernel";
import type { CgroupHierarchy } from "./cgroups/hierarchy.ts";
import { createTaskCgroup, removeCgroup } from "./cgroups/task-cgroup.ts";
import { readUsage } from "./cgroups/usage.ts";
import {
  containerIdOf,
  containerLabels,
  keyText,
  type LabelledContainer,
  readLabels,
  runtimeIdOf,
} from "./container-ids.ts";
import { containerdMessage, isAlreadyExists, toMilliseconds } from "./containerd/client.ts";
import type { Tasks } from "./containerd/tasks.ts";
import {
  type ContainerExit,
  type ContainerKey,
  type ContainerRequest,
  type ContainerRuntime,
  type ContainerUsage,
  type FoundContainer,
  type PreparedImage,
  RuntimeError,
  type SandboxRequest,
} from "./contract.ts";
import { type RuntimeDirectories, terminalLogger } from "./directories.ts";
import { executeInside } from "./execute.ts";
import type { UnpackedImage } from "./images/image-store.ts";
import type { Images, PrepareOptions } from "./images/images.ts";
import type { IsolationDriver, IsolationName } from "./isolation/driver.ts";
import { containerSpec } from "./spec/container-spec.ts";
import { resolveUser } from "./spec/user.ts";
import type { EphemeralVolume, VolumeStore } from "./storage/ephemeral-volume.ts";
import type { ImageRoots } from "./storage/image-root.ts";
import type { SandboxRecord, SandboxRecords } from "./storage/sandbox-records.ts";
import { declaredVolumes, prepareVolumes } from "./storage/volumes.ts";

export interface RuntimeParts {
  readonly tasks: Tasks;
  readonly images: Images;
  readonly imageRoots: ImageRoots;
  readonly volumes: VolumeStore;
  readonly records: SandboxRecords;
  readonly hierarchy: CgroupHierarchy;
  readonly drivers: ReadonlyMap<IsolationName, IsolationDriver>;
  readonly isolation: ContainerRuntime["isolation"];
  readonly directories: RuntimeDirectories;
  readonly cgroupRoot: string;
  readonly initPath: string | undefined;
  readonly ceiling: ReadonlyMap<string, number>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Processes of one task; Fargate has no documented limit, but a fork bomb must not reach the machine. */
const taskPids = 4096;

interface Live extends LabelledContainer {
  readonly containerId: string;
  exit?: ContainerExit;
}

/** ContainerRuntime over containerd. */
export class ContainerdRuntime implements ContainerRuntime {
  readonly #parts: RuntimeParts;
  readonly #live = new Map<string, Live>();
  readonly #records = new Map<WorkloadId, SandboxRecord>();
  readonly #listeners = new Set<(exit: ContainerExit) => void>();
  readonly #reservations = new Map<string, Promise<void>>();
  #executions = 0;

  constructor(parts: RuntimeParts) {
    this.#parts = parts;
  }

  get isolation(): ContainerRuntime["isolation"] {
    return this.#parts.isolation;
  }

  prepareImage(reference: string, signal: AbortSignal, options: PrepareOptions = {}): Promise<PreparedImage> {
    return this.#parts.images.prepare(reference, signal, options).then((image) => image.prepared);
  }

  async createSandbox(request: SandboxRequest, signal: AbortSignal): Promise<void> {
    const { workload } = request;
    const { volumes, hierarchy, cgroupRoot, records, isolation } = this.#parts;
    const wanted = workload.isolation === "auto" ? isolation.automatic : workload.isolation;
    const driver = this.#driver(wanted);
    try {
      const known = this.#record(workload.id);
      const volume =
        known === undefined
          ? await volumes.claim(workload.size.ephemeralStorageGiB)
          : volumes.open(known.volume, known.volumeSizeGiB);
      const record: SandboxRecord = known ?? {
        workloadId: workload.id,
        isolation: driver.name,
        volume: volume.name,
        volumeSizeGiB: volume.sizeGiB,
        cgroupPath: `/${cgroupRoot}/${workload.id}`,
        networkNamespacePath: request.networkNamespacePath,
        hostname: request.hostname,
        memoryMiB: workload.size.memoryMiB,
      };
      const { resolvConf, hosts, hostname } = request;
      records.write(record, { "resolv.conf": resolvConf, hosts, hostname: `${hostname}\n` });
      this.#records.set(workload.id, record);
      if (known !== undefined) await volumes.ensureMounted(volume);
      const { cpuUnits, memoryMiB } = workload.size;
      createTaskCgroup(hierarchy, record.cgroupPath, { cpuUnits, memoryMiB, pids: taskPids });
      await mkdir(join(this.#parts.directories.output, workload.id), { recursive: true, mode: 0o700 });
      await driver.openSandbox(record, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      throw new RuntimeError(
        "ResourceInitializationError",
        `failed to create the task's sandbox: ${containerdMessage(thrown)}`,
        {
          cause: thrown,
        },
      );
    }
  }

  async createContainer(request: ContainerRequest, signal: AbortSignal): Promise<{ readonly runtimeId: string }> {
    const { workload, container, attempt } = request;
    const key = { workloadId: workload.id, name: container.name };
    const record = this.#record(workload.id);
    if (record === undefined)
      throw new RuntimeError("CannotCreateContainerError", `task ${workload.id} has no sandbox on this machine`);
    const id = containerIdOf(key, attempt);
    const driver = this.#driver(record.isolation);
    const image = await this.#parts.images.unpacked(request.image);
    const plan = await this.#plan(request, record, image, id, driver);
    const live: Live = { ...key, attempt, containerId: id };
    const layers = join(this.#volume(record).directory, "containers", encodeURIComponent(container.name));
    const lower =
      image.lowerDirectories.length > 0 ? image.lowerDirectories : [await this.#parts.imageRoots.root(image)];
    const options = [`lowerdir=${lower.join(":")}`, `upperdir=${layers}/upper`, `workdir=${layers}/work`];
    const outputPath = this.outputPath(key);
    const task = {
      id,
      labels: {
        [containerLabels.workload]: workload.id,
        [containerLabels.container]: container.name,
        [containerLabels.attempt]: String(attempt),
      },
      runtime: plan.runtime,
      options: plan.options,
      spec: plan.spec,
      rootfs: [{ type: "overlay", source: "overlay", options }],
      output: container.pseudoTerminal
        ? `binary://${terminalLogger(this.#parts.directories)}?file=${encodeURIComponent(outputPath)}`
        : `file://${outputPath}`,
    };
    const { records, tasks } = this.#parts;
    records.writeContainer(workload.id, id, {
      name: container.name,
      attempt,
      process: plan.spec.process,
      ...(container.memoryMiB === undefined ? {} : { memoryMiB: container.memoryMiB }),
    });
    await mkdir(join(layers, "upper"), { recursive: true, mode: 0o755 });
    await mkdir(join(layers, "work"), { recursive: true, mode: 0o700 });
    this.#live.set(keyText(key), live);
    try {
      await tasks.create(task, signal);
    } catch (thrown) {
      if (isAlreadyExists(thrown) && (await tasks.get(id)) !== undefined) return { runtimeId: runtimeIdOf(key) };
      await tasks.remove(id);
      if (isAlreadyExists(thrown)) return await this.createContainer(request, signal);
      signal.throwIfAborted();
      const message = `failed to create new container runtime task: ${containerdMessage(thrown)}`;
      throw new RuntimeError("CannotStartContainerError", message, { cause: thrown });
    }
    this.#reserveLayers(record, image);
    return { runtimeId: runtimeIdOf(key) };
  }

  async #plan(
    request: ContainerRequest,
    record: SandboxRecord,
    image: UnpackedImage,
    id: string,
    driver: IsolationDriver,
  ): ReturnType<IsolationDriver["plan"]> {
    const { container, workload } = request;
    const { imageRoots, images, initPath, records } = this.#parts;
    try {
      if (container.linux.initProcessEnabled && initPath === undefined)
        throw new Error("initProcessEnabled needs tini-static on the machine (Debian's package tini)");
      const directory = records.directory(workload.id);
      const volumesOf = (name: string): readonly string[] => images.volumesOf(workload, name, image, container.name);
      const binds = await prepareVolumes(
        this.#volume(record).directory,
        declaredVolumes(workload, container, volumesOf),
        image.volumes,
        () => imageRoots.root(image),
      );
      const accounts = await imageRoots.accounts(image);
      const spec = containerSpec({
        container,
        image: request.image,
        injectedEnvironment: request.injectedEnvironment,
        user: resolveUser(container.user ?? request.image.user, accounts.passwd, accounts.group),
        hostname: record.hostname,
        networkNamespacePath: record.networkNamespacePath,
        cgroupPath: `${record.cgroupPath}/${id}`,
        mounts: {
          resolvConf: join(directory, "resolv.conf"),
          hosts: join(directory, "hosts"),
          hostname: join(directory, "hostname"),
          binds,
          ...(container.linux.initProcessEnabled && initPath !== undefined ? { init: initPath } : {}),
        },
        rootPath: "rootfs",
        isolation: driver.name,
        annotations: {},
        ceiling: this.#parts.ceiling,
      });
      return await driver.plan(record, id, spec);
    } catch (thrown) {
      throw new RuntimeError("CannotCreateContainerError", messageOf(thrown), { cause: thrown });
    }
  }

  async startContainer(key: ContainerKey, signal: AbortSignal): Promise<{ readonly startedAt: number }> {
    const live = this.#liveOf(key);
    const { tasks, records, clock } = this.#parts;
    const file = records.readContainer(key.workloadId, live.containerId);
    if (file?.startedAt !== undefined) return { startedAt: file.startedAt };
    try {
      await tasks.start(live.containerId, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      const status = (await tasks.get(live.containerId))?.status;
      if (status !== "RUNNING" && status !== "STOPPED")
        throw new RuntimeError("CannotStartContainerError", containerdMessage(thrown), { cause: thrown });
    }
    const startedAt = clock.now();
    if (file !== undefined) records.writeContainer(key.workloadId, live.containerId, { ...file, startedAt });
    const record = this.#record(key.workloadId);
    if (record !== undefined) this.#driver(record.isolation).started(record, live.containerId, file?.memoryMiB);
    return { startedAt };
  }

  async signalContainer(key: ContainerKey, signal: NodeJS.Signals): Promise<void> {
    const live = this.#live.get(keyText(key));
    if (live === undefined) return;
    await this.#parts.tasks.kill(live.containerId, constants.signals[signal], { all: signal === "SIGKILL" });
  }

  async execute(
    key: ContainerKey,
    command: readonly string[],
    timeoutMilliseconds: number,
  ): Promise<{ readonly exitCode: number | undefined; readonly output: string }> {
    const { containerId } = this.#liveOf(key);
    const { records, tasks } = this.#parts;
    const record = this.#record(key.workloadId);
    const file = records.readContainer(key.workloadId, containerId);
    if (record === undefined || file === undefined) throw new Error(`container ${keyText(key)} is not on this machine`);
    this.#executions += 1;
    const execId = `exec-${process.pid}-${this.#executions}`;
    return await executeInside(tasks, {
      containerId,
      execId,
      process: { ...file.process, args: command, terminal: false },
      timeoutMilliseconds,
      directory: records.directory(key.workloadId),
      onTimeout: () => this.#driver(record.isolation).killCommand(record, containerId, execId),
    });
  }

  async deleteContainer(key: ContainerKey): Promise<void> {
    const live = this.#live.get(keyText(key));
    if (live === undefined) return;
    await this.#parts.tasks.remove(live.containerId);
    if (this.#live.get(keyText(key)) === live) this.#live.delete(keyText(key));
  }

  async destroySandbox(workloadId: WorkloadId): Promise<void> {
    const { volumes, records, hierarchy, cgroupRoot, directories } = this.#parts;
    const containers = [...this.#live.values()].filter((live) => live.workloadId === workloadId);
    await Promise.all(containers.map((live) => this.deleteContainer(live)));
    const record = this.#record(workloadId);
    if (record !== undefined) {
      await this.#driver(record.isolation).closeSandbox(record);
      for (const [key, reservation] of this.#reservations)
        if (key.startsWith(`${record.volume}/`)) {
          await reservation;
          this.#reservations.delete(key);
        }
      volumes.release(record.volume);
    }
    await removeCgroup(hierarchy, `/${cgroupRoot}/${workloadId}`);
    rmSync(join(directories.output, workloadId), { recursive: true, force: true });
    records.remove(workloadId);
    this.#records.delete(workloadId);
  }

  async find(): Promise<{ readonly sandboxes: readonly WorkloadId[]; readonly containers: readonly FoundContainer[] }> {
    const { records, tasks } = this.#parts;
    const [sandboxes, containers, running] = await Promise.all([records.list(), tasks.records(), tasks.list()]);
    const found: FoundContainer[] = [];
    for (const container of containers) {
      const labelled = readLabels(container.labels);
      if (labelled === undefined) continue;
      const task = running.find((candidate) => candidate.id === container.id);
      const live: Live = this.#live.get(keyText(labelled)) ?? { ...labelled, containerId: container.id };
      if (live.attempt <= labelled.attempt)
        this.#live.set(keyText(labelled), { ...live, ...labelled, containerId: container.id });
      const startedAt = records.readContainer(labelled.workloadId, container.id)?.startedAt;
      const started = startedAt === undefined ? {} : { startedAt };
      if (task?.status === "STOPPED") {
        const exit = this.#exit(labelled, container.id, task.exit_status, toMilliseconds(task.exited_at));
        found.push({ ...labelled, state: "exited", ...started, exit });
      } else if (task !== undefined) {
        const state = task.status === "CREATED" ? "created" : "running";
        found.push({ ...labelled, state, ...started });
        const record = this.#record(labelled.workloadId);
        const file = records.readContainer(labelled.workloadId, container.id);
        if (state === "running" && record !== undefined)
          this.#driver(record.isolation).started(record, container.id, file?.memoryMiB);
      } else {
        await tasks.remove(container.id);
      }
    }
    return { sandboxes: sandboxes.map((record) => record.workloadId), containers: found };
  }

  onExit(listener: (exit: ContainerExit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called with each exit that containerd announces. */
  exited(containerId: string, exitCode: number, at: number): void {
    const live = [...this.#live.values()].find((candidate) => candidate.containerId === containerId);
    if (live === undefined || live.exit !== undefined) return;
    live.exit = this.#exit(live, containerId, exitCode, at);
    for (const listener of this.#listeners) listener(live.exit);
  }

  /** Looks for exits that were not announced. */
  async lookRound(): Promise<void> {
    for (const task of await this.#parts.tasks.list())
      if (task.status === "STOPPED") this.exited(task.id, task.exit_status, toMilliseconds(task.exited_at));
  }

  #exit(container: LabelledContainer, id: string, exitCode: number, at: number): ContainerExit {
    const record = this.#record(container.workloadId);
    const outOfMemory =
      exitCode !== 0 && record !== undefined && this.#driver(record.isolation).outOfMemory(record, id);
    const { workloadId, name, attempt } = container;
    return { workloadId, name, attempt, exitCode, at, outOfMemory };
  }

  async usage(workloadId: WorkloadId): Promise<readonly ContainerUsage[]> {
    const record = this.#record(workloadId);
    if (record === undefined) return [];
    const { hierarchy } = this.#parts;
    const containers = [...this.#live.values()].filter(
      (live) => live.workloadId === workloadId && live.exit === undefined,
    );
    const usages = containers.map((live) =>
      readUsage(hierarchy, `${record.cgroupPath}/${live.containerId}`, live.name).then(
        (usage) => ({ ...usage, memoryLimitBytes: usage.memoryLimitBytes || record.memoryMiB * 1024 * 1024 }),
        () => undefined,
      ),
    );
    return (await Promise.all(usages)).filter((usage) => usage !== undefined);
  }

  async storageUsage(workloadId: WorkloadId): Promise<{ readonly usedMiB: number; readonly reservedMiB: number }> {
    const record = this.#record(workloadId);
    if (record === undefined) return { usedMiB: 0, reservedMiB: 0 };
    return await this.#parts.volumes.usage(this.#volume(record));
  }

  outputPath(key: ContainerKey): string {
    return join(this.#parts.directories.output, key.workloadId, `${encodeURIComponent(key.name)}.log`);
  }

  #driver(name: IsolationName): IsolationDriver {
    const driver = this.#parts.drivers.get(name);
    if (driver === undefined)
      throw new RuntimeError("ResourceInitializationError", `the isolation ${name} does not work on this machine`);
    return driver;
  }

  #record(id: WorkloadId): SandboxRecord | undefined {
    const record = this.#records.get(id) ?? this.#parts.records.read(id);
    if (record !== undefined) this.#records.set(id, record);
    return record;
  }

  #volume(record: SandboxRecord): EphemeralVolume {
    return this.#parts.volumes.open(record.volume, record.volumeSizeGiB);
  }

  #liveOf(key: ContainerKey): Live {
    const live = this.#live.get(keyText(key));
    if (live === undefined)
      throw new RuntimeError(
        "CannotStartContainerError",
        `container ${key.name} of task ${key.workloadId} is not created`,
      );
    return live;
  }

  /** Image layers count against a task's ephemeral storage, once each; off the path of the launch. */
  #reserveLayers(record: SandboxRecord, image: UnpackedImage): void {
    const key = `${record.volume}/${image.chainId}`;
    if (image.chainId === "" || this.#reservations.has(key)) return;
    const name = image.chainId.slice("sha256:".length);
    const work = this.#parts.volumes.reserve(this.#volume(record), name, image.layersBytes).then(
      (reserved) => {
        if (!reserved)
          this.#parts.logger.warn({ task: record.workloadId }, "the image's layers exceed the ephemeral storage");
      },
      () => undefined,
    );
    this.#reservations.set(key, work);
  }
}
