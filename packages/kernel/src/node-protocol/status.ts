import type { NodeId, WorkloadId } from "../ids.ts";
import type { DependencyCondition, StopCode } from "./workload.ts";

/** In the order in which a workload passes through them; a status only moves forward. */
export const workloadPhases = [
  "PROVISIONING",
  "PENDING",
  "ACTIVATING",
  "RUNNING",
  "DEACTIVATING",
  "STOPPING",
  "DEPROVISIONING",
  "STOPPED",
] as const;
export type WorkloadPhase = (typeof workloadPhases)[number];

export type HealthStatus = "HEALTHY" | "UNHEALTHY" | "UNKNOWN";
export type AttachmentStatus = "PRECREATED" | "ATTACHING" | "ATTACHED" | "DETACHING" | "DETACHED" | "DELETED";

/** What is observed of a workload. Only the node agent writes it. */
export interface WorkloadStatus {
  readonly id: WorkloadId;
  readonly nodeId: NodeId;
  /** The Workload.revision that this status answers. */
  readonly observedRevision: number;
  /** Raised with every change, so that a late report never overwrites a newer one. */
  readonly sequence: number;
  readonly phase: WorkloadPhase;
  readonly stopCode?: StopCode;
  readonly stoppedReason?: string;
  readonly attachmentStatus: AttachmentStatus;
  readonly connectivity?: "CONNECTED" | "DISCONNECTED";
  readonly healthStatus: HealthStatus;
  readonly isolation?: "gvisor" | "runc";
  readonly times: WorkloadTimes;
  /** Absent until it was first measured. */
  readonly measured?: MeasuredUsage;
  readonly containers: readonly ContainerStatus[];
  readonly timeline: readonly TimelineStep[];
  /** What keeps the workload from RUNNING; absent where nothing does that would take long. */
  readonly waits?: readonly Wait[];
}

/** What all containers of a workload together used, measured once a minute and at the end. */
export interface MeasuredUsage {
  /** When it was last measured, milliseconds since the Unix epoch. */
  readonly at: number;
  readonly cpuSeconds: number;
  /** The most that was used from one measurement to the next, on average; 1024 are one vCPU. */
  readonly cpuPeakUnits: number;
  /** With the page cache, as the kernel counts it against the limit. */
  readonly memoryPeakBytes: number;
  /** Over the measurements. */
  readonly memoryAverageBytes: number;
  readonly measurements: number;
}

/** Something that a container of a workload waits for before it runs. */
export type Wait =
  /** Its image is on its way; bytes are those of the packed layers, and all of them here while they are unpacked. */
  | {
      readonly kind: "image";
      readonly container: string;
      readonly image: string;
      readonly bytes: number;
      readonly total: number;
    }
  /** Another container has not reached yet what `dependsOn` names. */
  | {
      readonly kind: "container";
      readonly container: string;
      readonly dependsOn: string;
      readonly condition: DependencyCondition;
    };

export interface WorkloadTimes {
  readonly connectivityAt?: number;
  readonly pullStartedAt?: number;
  readonly pullStoppedAt?: number;
  readonly startedAt?: number;
  readonly stoppingAt?: number;
  readonly executionStoppedAt?: number;
  readonly stoppedAt?: number;
}

export interface ContainerStatus {
  readonly name: string;
  readonly status: "PENDING" | "CREATED" | "RUNNING" | "STOPPED";
  /** `<task id>-<ten digits>`, as Fargate shows it. */
  readonly runtimeId?: string;
  /** `sha256:…` of the image's manifest. */
  readonly imageDigest?: string;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly healthStatus: HealthStatus;
  readonly healthOutput?: string;
  readonly healthSince?: number;
  readonly restartCount: number;
  readonly createdAt?: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
}

/** One step of a launch, for `fleetless task timeline`. */
export interface TimelineStep {
  readonly name: string;
  readonly container?: string;
  readonly startedAt: number;
  readonly durationMilliseconds: number;
  /** Of an image: what was fetched for it, layers that another pull fetched meanwhile left out. */
  readonly bytes?: number;
  /** Why the step failed, where that ended the task. */
  readonly failure?: string;
}
