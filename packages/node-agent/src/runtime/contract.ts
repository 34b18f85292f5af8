import type { Socket } from "node:net";
import type { UsageReading } from "@fleetless/engine";
import type { ContainerSecrets, ContainerSpec, ImageAccess, Workload, WorkloadId } from "@fleetless/kernel";
import type { PullPace } from "./images/pull-pace.ts";

/** How many bytes of a layer are here, and how many it has. */
export interface PullProgress {
  readonly digest: string;
  readonly bytes: number;
  readonly total: number;
  /** Nothing of it had to be fetched. */
  readonly wasHere?: boolean;
}

/** Answers a connected socket, which is the caller's to end. */
export type Dial = (
  destination: { readonly host: string; readonly port: number },
  signal: AbortSignal,
) => Promise<Socket>;

/** How whoever wants an image gets to its registry. */
export interface RegistryWay {
  /** What it rejects with says in ECS's words why there is no connection. */
  readonly dial: Dial;
  /** The network whose own name the registry's is: another one may know another registry by it. */
  readonly network?: string;
}

export interface PrepareOptions {
  /** Where the control plane says that the image is; the reference alone decides where it says nothing. */
  readonly access?: ImageAccess;
  /** Told of each layer of an image that is pulled. */
  readonly onProgress?: (layer: PullProgress) => void;
  /**
   * Asked before a registry is that is not the control plane's, also for an image that is at hand: how whoever wants
   * the image gets there. Throws where there is no way; this process goes by its own where the answer is undefined.
   */
  readonly way?: () => Promise<RegistryWay | undefined>;
  /** Of a pull that no task waits for; one that joins it hurries it. */
  readonly pace?: PullPace;
}

/** An image whose layers are unpacked and ready on this node. */
export interface PreparedImage {
  readonly reference: string;
  /** Digest of the manifest for this platform, `sha256:…`. */
  readonly digest: string;
  /** Digest of the image's configuration, Docker's image id. */
  readonly imageId: string;
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: readonly string[];
  readonly workingDirectory: string;
  readonly user: string;
  readonly stopSignal: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface SandboxRequest {
  readonly workload: Workload;
  /** Path of the task's network namespace, such as /run/netns/…. */
  readonly networkNamespacePath: string;
  readonly hostname: string;
  /** Contents for /etc/resolv.conf and /etc/hosts, mounted into every container. */
  readonly resolvConf: string;
  readonly hosts: string;
  /** Makes the network interface in the namespace whole again, which a sandbox took over that is gone now. */
  readonly restoreNetwork: () => Promise<void>;
}

export interface ContainerRequest {
  readonly workload: Workload;
  readonly container: ContainerSpec;
  readonly image: PreparedImage;
  /** 0 at the first start, then the number of the restart. */
  readonly attempt: number;
  /** Added by the agent: metadata and credentials addresses, AWS_REGION, AWS_ENDPOINT_URL. */
  readonly injectedEnvironment: Readonly<Record<string, string>>;
  /** What the control plane gave for the container's secrets; only where its definition asks for some. */
  readonly secrets?: ContainerSecrets;
}

export interface ContainerKey {
  readonly workloadId: WorkloadId;
  readonly name: string;
}

export interface ContainerExit extends ContainerKey {
  readonly attempt: number;
  readonly exitCode: number;
  readonly at: number;
  readonly outOfMemory: boolean;
  /** Where the container did not end by itself, why. */
  readonly reason?: string;
}

/** What is found on the machine, for carrying on after a restart of the agent. */
export interface FoundContainer extends ContainerKey {
  readonly attempt: number;
  readonly state: "created" | "running" | "exited";
  readonly startedAt?: number;
  /** Present when state is exited; the runtime remembers it while no agent runs. */
  readonly exit?: ContainerExit;
}

export interface ContainerUsage {
  readonly name: string;
  readonly cpuNanoseconds: number;
  readonly cpuUserNanoseconds: number;
  readonly cpuSystemNanoseconds: number;
  readonly memoryBytes: number;
  readonly memoryMaximumBytes: number;
  readonly memoryLimitBytes: number;
  readonly memoryCacheBytes: number;
  readonly pids: number;
  readonly blockReadBytes: number;
  readonly blockWriteBytes: number;
}

/**
 * Containers on this machine, through containerd. Every call may be repeated after a crash: creating what
 * exists answers it, removing what is gone succeeds. Failures are RuntimeErrors whose message is ECS's own
 * wording where ECS has one (CannotPullContainerError, CannotStartContainerError, …).
 */
export interface ContainerRuntime {
  /** Which isolation `auto` means here, and which work at all. */
  readonly isolation: { readonly automatic: "gvisor" | "runc"; readonly available: readonly ("gvisor" | "runc")[] };
  /** Makes an image ready; a reference whose digest is known and unpacked costs nothing. */
  prepareImage(reference: string, signal: AbortSignal, options?: PrepareOptions): Promise<PreparedImage>;
  /** The task's cgroup with its limits, ephemeral storage of its size, volumes and, under gVisor, its sandbox. */
  createSandbox(request: SandboxRequest, signal: AbortSignal): Promise<void>;
  createContainer(request: ContainerRequest, signal: AbortSignal): Promise<{ readonly runtimeId: string }>;
  /** Resolves when the process runs; answers the time in milliseconds. */
  startContainer(key: ContainerKey, signal: AbortSignal): Promise<{ readonly startedAt: number }>;
  /** `SIGTERM`, `SIGKILL`, …, to the container's first process, SIGKILL to all of them. */
  signalContainer(key: ContainerKey, signal: NodeJS.Signals): Promise<void>;
  /** Runs a command inside, for health checks; exitCode is undefined where it took too long and was killed. */
  execute(
    key: ContainerKey,
    command: readonly string[],
    timeoutMilliseconds: number,
  ): Promise<{ readonly exitCode: number | undefined; readonly output: string }>;
  /** Replaces the files of a container's secrets that are others now; answers whether there is such a container. */
  writeSecretFiles(key: ContainerKey, files: ContainerSecrets["files"]): boolean;
  deleteContainer(key: ContainerKey): Promise<void>;
  /** Removes all that createSandbox made and any container still in it. */
  destroySandbox(workloadId: WorkloadId): Promise<void>;
  /** Sandboxes and containers that exist, for recovery and for finding orphans. */
  find(): Promise<{ readonly sandboxes: readonly WorkloadId[]; readonly containers: readonly FoundContainer[] }>;
  /** Exits while the agent runs; one may be told twice. */
  onExit(listener: (exit: ContainerExit) => void): () => void;
  usage(workloadId: WorkloadId): Promise<readonly ContainerUsage[]>;
  /** What all containers of the task used since it began, those that ended too; undefined where it has no sandbox. */
  taskUsage(workloadId: WorkloadId): Promise<UsageReading | undefined>;
  /** Used and reserved MiB of the task's ephemeral storage. */
  storageUsage(workloadId: WorkloadId): Promise<{ readonly usedMiB: number; readonly reservedMiB: number }>;
  /** The file to which the container's output is appended, both streams in order. */
  outputPath(key: ContainerKey): string;
}

export type RuntimeErrorName =
  | "CannotPullContainerError"
  | "CannotCreateContainerError"
  | "CannotStartContainerError"
  | "ResourceInitializationError";

/** `message` is without the name; DescribeTasks shows `<name>: <message>`. */
export class RuntimeError extends Error {
  override readonly name: RuntimeErrorName;
  /** Nothing of the container has run, and another try may succeed: what failed was not of its own making. */
  readonly retryable: boolean;

  constructor(
    name: RuntimeErrorName,
    message: string,
    { retryable = false, ...options }: ErrorOptions & { readonly retryable?: boolean } = {},
  ) {
    super(message, options);
    this.name = name;
    this.retryable = retryable;
  }
}
