import type { VpcId, WorkloadId } from "@fleetless/kernel";
import type { LogRouter } from "../../logs/contract.ts";
import type { MetadataEndpoint } from "../../metadata/contract.ts";
import type { TaskNetwork } from "../../network/contract.ts";
import type { ContainerExit, ContainerKey, ContainerRuntime, FoundContainer } from "../../runtime/contract.ts";

const keyOf = ({ workloadId, name }: ContainerKey): string => `${workloadId}/${name}`;

/**
 * A machine in memory: where the world of the task runner ends. It outlives runners, as a machine outlives
 * agents, keeps a record of what was asked of it, and can be told to fail or to take its time.
 */
export class MemoryMachine {
  readonly calls: string[] = [];
  readonly sandboxes = new Set<WorkloadId>();
  readonly namespaces = new Set<WorkloadId>();
  readonly vpcs = new Set<VpcId>();
  readonly containers = new Map<string, FoundContainer>();
  readonly openLogs = new Set<string>();
  readonly metadata = new Set<WorkloadId>();
  /** By the name of a call: thrown, or waited for, before the call does anything. */
  readonly failures = new Map<string, Error>();
  readonly delays = new Map<string, Promise<void>>();
  /** Exit codes by container name of those that end as soon as they run. */
  readonly shortLived = new Map<string, number>();
  readonly healthExitCodes = new Map<string, number>();
  readonly #listeners = new Set<(exit: ContainerExit) => void>();

  async #called(name: string, subject: string, signal?: AbortSignal): Promise<void> {
    this.calls.push(`${name} ${subject}`);
    await this.delays.get(name);
    signal?.throwIfAborted();
    const failure = this.failures.get(name);
    if (failure !== undefined) throw failure;
  }

  exit(key: ContainerKey, exitCode: number, outOfMemory = false): void {
    const found = this.containers.get(keyOf(key));
    if (found?.state !== "running") throw new Error(`${keyOf(key)} does not run`);
    const exit: ContainerExit = { ...key, attempt: found.attempt, exitCode, at: Date.now(), outOfMemory };
    this.containers.set(keyOf(key), { ...found, state: "exited", exit });
    for (const listener of this.#listeners) listener(exit);
  }

  readonly runtime: ContainerRuntime = {
    isolation: { automatic: "runc", available: ["runc"] },
    prepareImage: async (reference, signal) => {
      await this.#called("prepareImage", reference, signal);
      return {
        reference,
        digest: "sha256:aa",
        imageId: "sha256:bb",
        entryPoint: [],
        command: ["serve"],
        environment: [],
        workingDirectory: "/",
        user: "",
        stopSignal: "SIGQUIT",
        labels: {},
      };
    },
    createSandbox: async (request, signal) => {
      await this.#called("createSandbox", `${request.hostname} ${request.hosts}`, signal);
      this.sandboxes.add(request.workload.id);
    },
    createContainer: async (request, signal) => {
      const key = { workloadId: request.workload.id, name: request.container.name };
      await this.#called("createContainer", `${request.container.name} ${request.attempt}`, signal);
      if (!this.containers.has(keyOf(key))) {
        this.containers.set(keyOf(key), { ...key, attempt: request.attempt, state: "created" });
      }
      return { runtimeId: `${request.workload.id}-0000000001` };
    },
    startContainer: async (key, signal) => {
      await this.#called("startContainer", key.name, signal);
      const found = this.containers.get(keyOf(key));
      if (found === undefined) throw new Error(`${key.name} was not created`);
      const startedAt = Date.now();
      this.containers.set(keyOf(key), { ...found, state: "running", startedAt });
      const exitCode = this.shortLived.get(key.name);
      if (exitCode !== undefined) this.exit(key, exitCode);
      return { startedAt };
    },
    signalContainer: async (key, signal) => {
      await this.#called("signalContainer", `${key.name} ${signal}`);
      this.exit(key, 143);
    },
    execute: async (key) => {
      await this.#called("execute", key.name);
      return { exitCode: this.healthExitCodes.get(key.name) ?? 0, output: "" };
    },
    writeSecretFiles: (key) => this.containers.has(keyOf(key)),
    deleteContainer: async (key) => {
      await this.#called("deleteContainer", key.name);
      this.containers.delete(keyOf(key));
    },
    destroySandbox: async (id) => {
      await this.#called("destroySandbox", id);
      this.sandboxes.delete(id);
      for (const [key, found] of this.containers) if (found.workloadId === id) this.containers.delete(key);
    },
    find: async () => ({ sandboxes: [...this.sandboxes], containers: [...this.containers.values()] }),
    onExit: (listener) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
    usage: async () => [],
    taskUsage: async () => ({ cpuNanoseconds: 5e8, memoryBytes: 1_024, memoryPeakBytes: 4_096 }),
    storageUsage: async () => ({ usedMiB: 0, reservedMiB: 20480 }),
    outputPath: (key) => `/output/${keyOf(key)}`,
  };

  readonly network: TaskNetwork = {
    capture: async () => {
      throw new Error("There are no packets in memory");
    },
    faults: () => [],
    setFaults: async (id) => this.#called("setFaults", id),
    apply: async (vpcs) => {
      await this.#called("apply", vpcs.map((vpc) => vpc.id).join());
      for (const vpc of vpcs) this.vpcs.add(vpc.id);
    },
    applyHostedZones: () => undefined,
    remove: async (vpc) => {
      await this.#called("remove", vpc);
      this.vpcs.delete(vpc);
    },
    reserve: async (id) => {
      this.namespaces.add(id);
      return {
        networkNamespacePath: `/run/netns/${id}`,
        gatewayAddress: "10.0.1.1",
        nameservers: ["10.0.0.2"],
        searchDomains: ["ec2.internal"],
      };
    },
    attach: async (id, networkInterface, signal) => {
      await this.#called("attach", networkInterface.privateAddress ?? "", signal);
      if (!this.vpcs.has(networkInterface.vpcId)) throw new Error(`${networkInterface.vpcId} is not enforced`);
      return await this.network.reserve(id, networkInterface, signal);
    },
    prepareToConnect: () => undefined,
    connect: async () => {
      throw new Error("There is no world in memory");
    },
    findHost: async () => ({ address: undefined, isOwn: false }),
    restore: async (id) => this.#called("restore", id),
    detach: async (id) => {
      await this.#called("detach", id);
      this.namespaces.delete(id);
    },
    find: async () => [...this.namespaces],
    usage: async () => {
      throw new Error("no usage is measured in memory");
    },
    close: async () => undefined,
  };

  readonly logs: LogRouter = {
    open: async (workload, container) => {
      await this.#called("open", container.name);
      this.openLogs.add(`${workload.id}/${container.name}`);
      return { ok: true, value: undefined };
    },
    drain: async (id, name) => {
      await this.#called("drain", name);
      this.openLogs.delete(`${id}/${name}`);
    },
    close: async () => undefined,
  };

  readonly metadataEndpoint: MetadataEndpoint = {
    environment: (workload) => ({ ECS_CONTAINER_METADATA_URI_V4: `http://169.254.170.2/v4/${workload.id}` }),
    update: (subject) => {
      this.metadata.add(subject.workload.id);
    },
    forget: (id) => {
      this.metadata.delete(id);
    },
  };
}
