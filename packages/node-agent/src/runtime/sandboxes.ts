import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { soleContainerOf } from "@fleetless/engine";
import { type ContainerSpec, type Logger, messageOf, type Workload, type WorkloadId } from "@fleetless/kernel";
import type { CgroupHierarchy } from "./cgroups/hierarchy.ts";
import { createTaskCgroup, limitCpu, removeCgroup } from "./cgroups/task-cgroup.ts";
import { containerIdOf } from "./container-ids.ts";
import { containerdMessage } from "./containerd/client.ts";
import { RuntimeError, type SandboxRequest } from "./contract.ts";
import type { UnpackedImage } from "./images/image-store.ts";
import type { IsolationDriver, IsolationName } from "./isolation/driver.ts";
import type { EphemeralVolume, VolumeStore } from "./storage/ephemeral-volume.ts";
import type { SandboxRecord, SandboxRecords } from "./storage/sandbox-records.ts";

export interface SandboxesOptions {
  readonly records: SandboxRecords;
  readonly volumes: VolumeStore;
  readonly hierarchy: CgroupHierarchy;
  /** The control group of this instance, without a leading slash. */
  readonly cgroupRoot: string;
  readonly outputDirectory: string;
  readonly drivers: ReadonlyMap<IsolationName, IsolationDriver>;
  readonly automatic: IsolationName;
  readonly logger: Logger;
}

/** Processes of one task; Fargate has no documented limit, but a fork bomb must not reach the machine. */
const taskPids = 4096;

const cpuLimitTries = 10;
const cpuLimitRetryMilliseconds = 500;

/** What a task has before it has containers: a record, a control group, storage and, under gVisor, a kernel. */
export class Sandboxes {
  readonly #options: SandboxesOptions;
  readonly #known = new Map<WorkloadId, SandboxRecord>();
  readonly #reservations = new Map<string, Promise<boolean>>();

  constructor(options: SandboxesOptions) {
    this.#options = options;
  }

  driver(name: IsolationName): IsolationDriver {
    const driver = this.#options.drivers.get(name);
    if (driver === undefined)
      throw new RuntimeError("ResourceInitializationError", `the isolation ${name} does not work on this machine`);
    return driver;
  }

  driverOf(record: SandboxRecord): IsolationDriver {
    return this.driver(record.isolation);
  }

  get(id: WorkloadId): SandboxRecord | undefined {
    const record = this.#known.get(id) ?? this.#options.records.read(id);
    if (record !== undefined) this.#known.set(id, record);
    return record;
  }

  volume(record: SandboxRecord): EphemeralVolume {
    return this.#options.volumes.open(record.volume, record.volumeSizeGiB);
  }

  async create(request: SandboxRequest, signal: AbortSignal): Promise<void> {
    const { workload, resolvConf, hosts, hostname } = request;
    const { volumes, records, hierarchy, automatic, outputDirectory } = this.#options;
    try {
      const known = this.get(workload.id);
      if (known !== undefined) await volumes.ensureMounted(this.volume(known));
      const record =
        known ?? (await this.#newRecord(request, workload.isolation === "auto" ? automatic : workload.isolation));
      records.write(record);
      this.#writeFiles(record, { "resolv.conf": resolvConf, hosts, hostname: `${hostname}\n` });
      this.#known.set(workload.id, record);
      createTaskCgroup(hierarchy, record.cgroupPath, { memoryMiB: record.memoryMiB, pids: taskPids });
      mkdirSync(join(outputDirectory, workload.id), { recursive: true, mode: 0o700 });
      await this.driverOf(record).openSandbox(record, request.restoreNetwork, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof RuntimeError) throw thrown;
      const message = `failed to create the task's sandbox: ${containerdMessage(thrown)}`;
      throw new RuntimeError("ResourceInitializationError", message, { cause: thrown, retryable: true });
    }
  }

  /**
   * On the task's own storage, so that what a container writes to them counts against its size. Each write takes
   * microseconds; a turn through the thread pool, behind the syncs of the stores, takes milliseconds.
   */
  #writeFiles(record: SandboxRecord, files: Readonly<Record<string, string>>): void {
    const directory = this.filesDirectory(record);
    mkdirSync(directory, { recursive: true, mode: 0o755 });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content, { mode: 0o644 });
  }

  /** Holds the resolv.conf, hosts and hostname that every container of the task sees. */
  filesDirectory(record: SandboxRecord): string {
    return join(this.volume(record).directory, "etc");
  }

  async #newRecord(request: SandboxRequest, isolation: IsolationName): Promise<SandboxRecord> {
    const { workload, networkNamespacePath, hostname } = request;
    const driver = this.driver(isolation);
    const volume = await this.#options.volumes.claim(workload.size.ephemeralStorageGiB);
    return {
      workloadId: workload.id,
      isolation: driver.name,
      volume: volume.name,
      volumeSizeGiB: volume.sizeGiB,
      cgroupPath: `/${this.#options.cgroupRoot}/${workload.id}`,
      networkNamespacePath,
      hostname,
      cpuUnits: workload.size.cpuUnits,
      memoryMiB: workload.size.memoryMiB,
      watchesMemory: workload.containers.some((container) => container.memoryMiB !== undefined),
      ...(workload.containers.some(hasSecrets) ? { secrets: true } : {}),
      ...soleContainerRecord(workload),
    };
  }

  /** A container's process runs. */
  started(record: SandboxRecord, containerId: string, memoryMiB: number | undefined): void {
    this.#limitCpu(record, cpuLimitTries);
    this.driverOf(record).started(record, containerId, memoryMiB);
  }

  /** The kernel may refuse while it makes or removes groups: a container that runs must not be taken for failed then. */
  #limitCpu(record: SandboxRecord, tries: number): void {
    try {
      limitCpu(this.#options.hierarchy, record.cgroupPath, record.cpuUnits);
    } catch (thrown) {
      if (this.#known.get(record.workloadId) === undefined) return;
      const fields = { task: record.workloadId, error: messageOf(thrown), tries };
      this.#options.logger.warn(fields, "the task's CPU could not be limited");
      if (tries > 1) setTimeout(() => this.#limitCpu(record, tries - 1), cpuLimitRetryMilliseconds).unref();
    }
  }

  /** Image layers count against a task's ephemeral storage, once each; done off the path of the launch. */
  reserveLayers(record: SandboxRecord, image: UnpackedImage, onRefused: () => void): void {
    const key = `${record.volume}/${image.chainId}`;
    if (image.chainId === "" || this.#reservations.has(key)) return;
    const name = image.chainId.slice("sha256:".length);
    const work = this.#options.volumes.reserve(this.volume(record), name, image.layersBytes).catch(() => false);
    this.#reservations.set(key, work);
    work.then((reserved) => {
      if (!reserved) onRefused();
    });
  }

  /** After its containers are gone. What is gone already is no error. */
  async destroy(id: WorkloadId): Promise<void> {
    const { volumes, records, hierarchy, cgroupRoot, outputDirectory } = this.#options;
    const record = this.get(id);
    if (record !== undefined) {
      await this.driverOf(record).closeSandbox(record);
      for (const [key, reservation] of this.#reservations) {
        if (!key.startsWith(`${record.volume}/`)) continue;
        await reservation;
        this.#reservations.delete(key);
      }
      volumes.release(record.volume);
    }
    await removeCgroup(hierarchy, `/${cgroupRoot}/${id}`);
    rmSync(join(outputDirectory, id), { recursive: true, force: true });
    records.remove(id);
    this.#known.delete(id);
  }
}

const hasSecrets = ({ secrets = [], secretFiles = [] }: ContainerSpec): boolean =>
  secrets.length > 0 || secretFiles.length > 0;

const soleContainerRecord = (workload: Workload): Pick<SandboxRecord, "soleContainer"> => {
  const only = soleContainerOf(workload);
  if (only === undefined) return {};
  const memory = only.memoryMiB === undefined ? {} : { memoryMiB: only.memoryMiB };
  return { soleContainer: { id: containerIdOf({ workloadId: workload.id, name: only.name }, 0), ...memory } };
};
