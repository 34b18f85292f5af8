import { type WorkloadPhase, type WorkloadTimes, workloadPhases } from "@fleetless/kernel";
import { reasonToStop } from "./stop-reasons.ts";
import type { ContainerState, Holding, Task } from "./task.ts";

const isFree = (holding: Holding): boolean => holding === "absent" || holding === "released";

/** What is not running when the task stops never will: its sandbox takes what was created of it away. */
const giveUp = (state: ContainerState): ContainerState =>
  state.stage === "waiting" || state.stage === "created" || state.stage === "restarting"
    ? { ...state, stage: "ended" }
    : state;

const reachedPhase = (task: Task): WorkloadPhase => {
  if (task.stop === undefined) {
    if (task.network !== "held") return "PROVISIONING";
    return task.containers.every((state) => state.firstStartedAt !== undefined) ? "RUNNING" : "PENDING";
  }
  if (task.containers.some((state) => state.stage !== "ended")) return "STOPPING";
  return isFree(task.sandbox) && isFree(task.network) ? "STOPPED" : "DEPROVISIONING";
};

const timesAt = (phase: WorkloadPhase, times: WorkloadTimes, now: number): WorkloadTimes => {
  switch (phase) {
    case "RUNNING":
      return { startedAt: now, ...times };
    case "STOPPING":
      return { stoppingAt: now, ...times };
    case "DEPROVISIONING":
      return { stoppingAt: now, executionStoppedAt: now, ...times };
    case "STOPPED":
      return { stoppingAt: now, executionStoppedAt: now, stoppedAt: now, ...times };
    default:
      return times;
  }
};

/** Draws every conclusion from the facts: whether to stop, and which phase is reached. Phases never go back. */
export const settle = (task: Task, now: number): Task => {
  if (task.phase === "STOPPED") return task;
  const stop = task.stop ?? reasonToStop(task, now);
  const decided: Task = stop === undefined ? task : { ...task, stop, containers: task.containers.map(giveUp) };
  const reached = reachedPhase(decided);
  const phase = workloadPhases.indexOf(reached) > workloadPhases.indexOf(task.phase) ? reached : task.phase;
  return { ...decided, phase, times: timesAt(phase, decided.times, now) };
};
