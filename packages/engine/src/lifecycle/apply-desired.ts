import type { Workload } from "@fleetless/kernel";
import type { Task } from "./task.ts";

/** Takes over a newer wish of the control plane. A task that was told to stop is never told to run again. */
export const applyDesired = (task: Task, workload: Workload): Task => {
  if (workload.revision <= task.workload.revision) return task;
  if (task.workload.desiredStatus === "STOPPED" && workload.desiredStatus === "RUNNING") return task;
  return { ...task, workload };
};
