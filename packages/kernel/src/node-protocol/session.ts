import type { NodeId, VpcId, WorkloadId } from "../ids.ts";
import type { FlowRecordDelivery } from "./flow-records.ts";
import type { HostedZoneUpdate } from "./hosted-zones.ts";
import type { ImageAccess } from "./image-access.ts";
import type { VpcInterfacesUpdate, VpcSpec } from "./network.ts";
import type { NodeProcessChannel, NodeProcessRequest } from "./process.ts";
import type { EndpointPassages } from "./service-passage.ts";
import type { WorkloadStatus } from "./status.ts";
import type { TaskProtection, TaskProtectionChange } from "./task-protection.ts";
import type { WarmImages } from "./warm-image.ts";
import type { Workload } from "./workload.ts";

/** A machine as it presents itself. */
export interface NodeDescription {
  readonly id: NodeId;
  readonly hostname: string;
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  readonly storageGiB: number;
  readonly architecture: "X86_64" | "ARM64";
  readonly isolations: readonly ("gvisor" | "runc")[];
}

/** What changed in the desired state of a node since a cursor. */
export interface DesiredUpdate {
  readonly cursor: string;
  /** True where this is the whole state: what is not named is not wanted. */
  readonly complete: boolean;
  readonly workloads: readonly Workload[];
  /** Workloads whose record is gone; what is left of them on the node is removed. */
  readonly removedWorkloads: readonly WorkloadId[];
  readonly vpcs: readonly VpcSpec[];
  /** Of VPCs that were told before and are not among `vpcs`, so that a launch costs no more where many others run. */
  readonly vpcInterfaces: readonly VpcInterfacesUpdate[];
  readonly removedVpcs: readonly VpcId[];
}

export interface RoleCredentials {
  readonly roleArn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: number;
}

export interface LogEvent {
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly message: string;
}

/** The values that a container's definition asks for. */
export interface ContainerSecrets {
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  /** `content` in base64. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
}

/** Refused by the control plane in AWS's words, such as AccessDeniedException; `retryable` says whether waiting may help. */
export interface SessionRefusal {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

export type SessionResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: SessionRefusal };

/**
 * What the control plane offers to a node agent. Level-triggered: `desired` with a cursor answers as soon
 * as something changed after it, or with an empty update when it has waited long enough; without a cursor
 * it answers the whole state at once. Every call may be repeated.
 */
export interface ControlPlaneSession {
  register(node: NodeDescription): Promise<void>;
  /** Renews the node's lease. */
  heartbeat(id: NodeId): Promise<void>;
  desired(id: NodeId, cursor: string | undefined, signal: AbortSignal): Promise<DesiredUpdate>;
  /**
   * Private hosted zones for the resolvers of VPCs, in the way of `desired`. `applied` are the changes of earlier
   * updates that are in force on the node now.
   */
  hostedZones(
    id: NodeId,
    cursor: string | undefined,
    applied: readonly string[],
    signal: AbortSignal,
  ): Promise<HostedZoneUpdate>;
  report(id: NodeId, statuses: readonly WorkloadStatus[]): Promise<void>;
  /** Temporary keys of a workload's role. Refused once the workload is stopped. */
  credentials(workload: WorkloadId, role: "task" | "execution"): Promise<SessionResult<RoleCredentials>>;
  /**
   * How to get the image of one of the workload's containers, under the workload's execution role. Asked before each
   * pull: a tag may have moved, and a right may have gone. A refusal's code is the name of ECS's error.
   */
  imageAccess(workload: WorkloadId, container: string, via?: EndpointPassages): Promise<SessionResult<ImageAccess>>;
  /**
   * The images that the node is to have ready before they are used, as soon as the list is another than that of
   * `version`; the same list when the node has waited long enough.
   */
  warmImages(id: NodeId, version: string | undefined, signal: AbortSignal): Promise<WarmImages>;
  /** How to get one of these images, under the execution role of the task definition that names it. */
  warmImageAccess(image: string): Promise<SessionResult<ImageAccess>>;
  /**
   * The values of a container's secrets, read under the workload's execution role. They must never be kept where they
   * outlive the workload. A refusal's code is the name of ECS's error and its message ECS's wording.
   */
  containerSecrets(
    workload: WorkloadId,
    container: string,
    via?: EndpointPassages,
  ): Promise<SessionResult<ContainerSecrets>>;
  /** Another text after every change of a secret or parameter, whichever it is. */
  secretsVersion(): Promise<string>;
  /** Makes sure, under the workload's execution role, that a log stream exists; makes the group too where asked. */
  createLogStream(
    workload: WorkloadId,
    stream: { readonly group: string; readonly stream: string; readonly createGroup: boolean },
    via?: EndpointPassages,
  ): Promise<SessionResult<void>>;
  /**
   * Under the workload's execution role. `batch` is the stream's running number of this batch: one that was
   * stored already is acknowledged and not stored twice.
   */
  putLogEvents(
    workload: WorkloadId,
    delivery: {
      readonly group: string;
      readonly stream: string;
      readonly batch: number;
      readonly events: readonly LogEvent[];
    },
    via?: EndpointPassages,
  ): Promise<SessionResult<void>>;
  /** Under the flow log's own role. What a flow log is told that is gone is acknowledged and dropped. */
  putFlowRecords(delivery: FlowRecordDelivery): Promise<SessionResult<void>>;
  /** Commands for the node's containers and captures of packets, as soon as there is one; none after a long wait. */
  processRequests(id: NodeId, signal: AbortSignal): Promise<readonly NodeProcessRequest[]>;
  /** Takes a request up, once; undefined where nobody waits for it any more. */
  openProcess(id: NodeId, request: string): Promise<NodeProcessChannel | undefined>;
  /** Tells, and changes before where `change` is given, whether a task is spared; under the task's own role. */
  taskProtection(
    workload: WorkloadId,
    change: TaskProtectionChange | undefined,
  ): Promise<SessionResult<TaskProtection>>;
}
