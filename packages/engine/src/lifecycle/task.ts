import type {
  HealthStatus,
  MeasuredUsage,
  StopRequest,
  TimelineStep,
  Workload,
  WorkloadPhase,
  WorkloadTimes,
} from "@fleetless/kernel";

/**
 * Something that is taken for a task and must be given back. `broken` is what a failed attempt to take it
 * leaves behind: of unknown extent, so it is released like a whole one.
 */
export type Holding = "absent" | "acquiring" | "held" | "broken" | "releasing" | "released";

/** `broken`: opening failed half-way, so it is drained like one that is open. */
type LogStage = "closed" | "broken" | "opening" | "open" | "draining" | "drained";

/**
 * waiting → creating → created → starting → running → ended; a restart goes from running through
 * `restarting` (the old container is being deleted) back to waiting, with the next attempt.
 */
type ContainerStage = "waiting" | "creating" | "created" | "starting" | "running" | "restarting" | "ended";

export interface ContainerHealth {
  readonly status: HealthStatus;
  readonly since?: number;
  readonly output?: string;
  /** Failures in a row that count. */
  readonly failures: number;
  /** Checks finished since the container started. */
  readonly checks: number;
  readonly nextCheckAt?: number;
}

export interface ContainerState {
  readonly name: string;
  readonly stage: ContainerStage;
  /** 0 at the first start, then the number of the restart. */
  readonly attempt: number;
  /** How often this attempt was lost after it was created and before it was started. */
  readonly losses?: number;
  /** Digest of the image once it is ready. */
  readonly imageDigest?: string;
  /** How far its pull is, in bytes, while it is under way. */
  readonly pull?: { readonly bytes: number; readonly total: number };
  readonly log: LogStage;
  readonly runtimeId?: string;
  readonly createdAt?: number;
  /** When the process first ran: what dependents with START wait for. */
  readonly firstStartedAt?: number;
  /** When the process of this attempt began to run. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly health: ContainerHealth;
  /** When the stop signal was sent; the container is killed from killAt on. */
  readonly signalledAt?: number;
  readonly killAt?: number;
}

interface Retry {
  readonly failures: number;
  readonly at: number;
}

/** All that is known of a workload on a node: plain data, so that it can be journaled as it is. */
export interface Task {
  readonly workload: Workload;
  readonly isolation: "gvisor" | "runc";
  /** Rises with every change, also over a loss of the journal, since it follows the clock. */
  readonly sequence: number;
  readonly phase: WorkloadPhase;
  /** When the node first saw the workload, milliseconds since the Unix epoch. */
  readonly acceptedAt: number;
  /** Why the task stops; the first reason stays. */
  readonly stop?: StopRequest;
  readonly network: Holding;
  readonly sandbox: Holding;
  readonly containers: readonly ContainerState[];
  readonly times: WorkloadTimes;
  /** What it used so far. */
  readonly measured?: MeasuredUsage;
  /** When the steps now under way began, by step key. */
  readonly begun: Readonly<Record<string, number>>;
  /** Steps that failed and wait for another try, by step key. */
  readonly retries: Readonly<Record<string, Retry>>;
  readonly timeline: readonly TimelineStep[];
}

export const isOver = (task: Task): boolean => task.phase === "STOPPED";

export const withContainer = (task: Task, name: string, change: (state: ContainerState) => ContainerState): Task => ({
  ...task,
  containers: task.containers.map((state) => (state.name === name ? change(state) : state)),
});
