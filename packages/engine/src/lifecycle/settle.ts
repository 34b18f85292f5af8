import { type WorkloadPhase, type WorkloadTimes, workloadPhases } from "@fleetless/kernel";
import { giveUpInVain, reasonToStop } from "./stop-reasons.ts";
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
    const begun = (state: ContainerState): boolean => state.firstStartedAt !== undefined || state.stage === "ended";
    return task.containers.every(begun) ? "RUNNING" : "PENDING";
  }
  if (task.containers.some((state) => state.stage !== "ended")) return "STOPPING";
  return isFree(task.sandbox) && isFree(task.network) ? "STOPPED" : "DEPROVISIONING";
};

/** When the last container ended, which may be before anyone saw it; now, where none ever ran. */
const executionEnd = ({ containers }: Task, now: number): number => {
  const ends = containers.flatMap(({ finishedAt }) => finishedAt ?? []);
  return ends.length === 0 ? now : Math.min(now, Math.max(...ends));
};

/** A task whose containers all ran has been RUNNING, even if their exits were told before their starts. */
const withStart = ({ times, containers }: Task): WorkloadTimes => {
  const starts = containers.flatMap(({ firstStartedAt }) => firstStartedAt ?? []);
  if (starts.length < containers.length || containers.length === 0) return times;
  return { startedAt: Math.max(...starts), ...times };
};

const timesAt = (phase: WorkloadPhase, task: Task, now: number): WorkloadTimes => {
  const times = withStart(task);
  const end = Math.max(times.startedAt ?? 0, executionEnd(task, now));
  const stoppingAt = task.stop?.code === "EssentialContainerExited" ? end : now;
  switch (phase) {
    case "RUNNING":
      return { startedAt: now, ...times };
    case "STOPPING":
      return { stoppingAt, ...times };
    case "DEPROVISIONING":
      return { stoppingAt, executionStoppedAt: Math.max(times.stoppingAt ?? stoppingAt, end), ...times };
    case "STOPPED":
      return {
        stoppingAt,
        executionStoppedAt: Math.max(times.stoppingAt ?? stoppingAt, end),
        stoppedAt: now,
        ...times,
      };
    default:
      return times;
  }
};

/** Draws every conclusion from the facts: whether to stop, and which phase is reached. Phases never go back. */
export const settle = (task: Task, now: number): Task => {
  if (task.phase === "STOPPED") return task;
  const hopeful = task.stop === undefined ? giveUpInVain(task) : task;
  const stop = task.stop ?? reasonToStop(hopeful, now);
  const decided: Task = stop === undefined ? hopeful : { ...hopeful, stop, containers: hopeful.containers.map(giveUp) };
  const reached = reachedPhase(decided);
  const phase = workloadPhases.indexOf(reached) > workloadPhases.indexOf(task.phase) ? reached : task.phase;
  return { ...decided, phase, times: timesAt(phase, decided, now) };
};
