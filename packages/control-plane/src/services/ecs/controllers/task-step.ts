import type { StopRequest, WorkloadStatus } from "@fleetless/kernel";
import type { TaskRecord } from "../collections.ts";
import { isEnding } from "../task-view.ts";

/** How long a stopped task can still be described, in milliseconds; ECS promises at least one hour. */
export const stoppedTaskRetention = 60 * 60 * 1_000;

export type TaskStep =
  | { readonly kind: "none" }
  | { readonly kind: "wait"; readonly milliseconds: number }
  | { readonly kind: "ending"; readonly stop: StopRequest }
  | { readonly kind: "release"; readonly stop: StopRequest; readonly keptMilliseconds: number }
  | { readonly kind: "forget" };

const stopOf = (task: TaskRecord, status: WorkloadStatus): StopRequest => ({
  code: task.stop?.code ?? status.stopCode ?? "EssentialContainerExited",
  reason: task.stop?.reason ?? status.stoppedReason ?? "",
});

/** The one thing to do next for a task, from what is recorded and what is observed of it. Pure. */
export const nextTaskStep = (task: TaskRecord, status: WorkloadStatus | undefined, now: number): TaskStep => {
  if (task.releasedAt !== undefined) {
    const left = task.releasedAt + stoppedTaskRetention - now;
    return left > 0 ? { kind: "wait", milliseconds: left } : { kind: "forget" };
  }
  if (status === undefined) return { kind: "none" };
  if (status.phase === "STOPPED") {
    return { kind: "release", stop: stopOf(task, status), keptMilliseconds: stoppedTaskRetention };
  }
  return isEnding(status) && task.desiredStatus === "RUNNING"
    ? { kind: "ending", stop: stopOf(task, status) }
    : { kind: "none" };
};
