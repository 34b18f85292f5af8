import type { AttachmentStatus, ContainerStatus, NodeId, WorkloadStatus } from "@fleetless/kernel";
import { specOf } from "./dependencies.ts";
import { taskHealth } from "./health.ts";
import type { ContainerState, Task } from "./task.ts";
import { waitsOf } from "./waits.ts";

const attachmentStatus = (task: Task): AttachmentStatus => {
  if (task.phase === "STOPPED") return "DELETED";
  switch (task.network) {
    case "absent":
      return "PRECREATED";
    case "acquiring":
    case "broken":
      return "ATTACHING";
    case "held":
      return task.phase === "DEPROVISIONING" ? "DETACHING" : "ATTACHED";
    case "releasing":
      return "DETACHING";
    case "released":
      return "DETACHED";
  }
};

const shownStatus = (state: ContainerState): ContainerStatus["status"] => {
  switch (state.stage) {
    case "ended":
      return "STOPPED";
    case "running":
    case "restarting":
      return "RUNNING";
    case "waiting":
    case "creating":
      return state.firstStartedAt === undefined ? "PENDING" : "RUNNING";
    case "created":
    case "starting":
      return state.firstStartedAt === undefined ? "CREATED" : "RUNNING";
  }
};

type Optional<Value> = { readonly [Key in keyof Value]: Value[Key] | undefined };

/** Leaves out what is undefined, so that a status says only what is known. */
const known = <Value extends object>(values: Optional<Value>): Partial<Value> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<Value>;

type MaybeOfContainer = Required<
  Pick<
    ContainerStatus,
    | "runtimeId"
    | "imageDigest"
    | "exitCode"
    | "reason"
    | "healthOutput"
    | "healthSince"
    | "createdAt"
    | "startedAt"
    | "finishedAt"
  >
>;

const containerStatus = (task: Task, state: ContainerState): ContainerStatus => ({
  name: state.name,
  status: shownStatus(state),
  healthStatus: specOf(task, state.name)?.healthCheck === undefined ? "UNKNOWN" : state.health.status,
  restartCount: state.attempt,
  ...known<MaybeOfContainer>({
    runtimeId: state.runtimeId,
    imageDigest: state.imageDigest,
    exitCode: state.exitCode,
    reason: state.reason,
    healthOutput: state.health.output,
    healthSince: state.health.since,
    createdAt: state.createdAt,
    startedAt: state.startedAt,
    finishedAt: state.finishedAt,
  }),
});

/** What the node reports of the task. */
export const statusOf = (task: Task, nodeId: NodeId): WorkloadStatus => {
  const waits = waitsOf(task);
  return {
    id: task.workload.id,
    nodeId,
    observedRevision: task.workload.revision,
    sequence: task.sequence,
    phase: task.phase,
    attachmentStatus: attachmentStatus(task),
    healthStatus: taskHealth(task),
    isolation: task.isolation,
    times: task.times,
    containers: task.containers.map((state) => containerStatus(task, state)),
    timeline: task.timeline,
    ...(task.measured === undefined ? {} : { measured: task.measured }),
    ...(task.times.connectivityAt === undefined ? {} : { connectivity: "CONNECTED" as const }),
    ...(task.stop === undefined ? {} : { stopCode: task.stop.code, stoppedReason: task.stop.reason }),
    ...(waits.length === 0 ? {} : { waits }),
  };
};
