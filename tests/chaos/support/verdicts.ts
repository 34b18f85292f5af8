import type { Task } from "@aws-sdk/client-ecs";
import { type Plan, staysUp } from "./plans.ts";

/** What became of a task, for the counts that a run ends with. */
export type Fate =
  | "ran on"
  | "ended as told"
  | "stopped as told"
  | "killed"
  | "ended before the kill"
  | "not pulled"
  | "untrue";

export interface Verdict {
  readonly fate: Fate;
  /** Why it is untrue. */
  readonly complaint?: string;
}

/** What tells how a task ended. */
export const textOf = (task: Task): string =>
  JSON.stringify({
    taskArn: task.taskArn,
    startedBy: task.startedBy,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    healthStatus: task.healthStatus,
    times: [task.createdAt, task.startedAt, task.stoppingAt, task.executionStoppedAt, task.stoppedAt],
    containers: task.containers?.map(({ name, lastStatus, exitCode, reason }) => ({
      name,
      lastStatus,
      exitCode,
      reason,
    })),
  });

const untrue = (why: string, plan: Plan, task: Task): Verdict => ({
  fate: "untrue",
  complaint: `plan ${plan.number} (${plan.kind}, ${plan.seconds} s, exit ${plan.exitCode}): ${why}: ${textOf(task)}`,
});

const mainOf = (task: Task) => task.containers?.find(({ name }) => name === "main");

/** Whether the task says that it ended by violence: the exit code of SIGKILL, or a reason in words. */
const saysKilled = (task: Task): boolean =>
  task.stopCode === "TaskFailedToStart" ||
  (task.containers ?? []).some(({ exitCode, reason }) => exitCode === 137 || (reason ?? "") !== "");

/** Whether a task is in a true final state. `hit`: a process of it was killed; `stopTold`: its StopTask was answered. */
export const judge = (plan: Plan, task: Task, hit: boolean, stopTold: boolean): Verdict => {
  const main = mainOf(task);
  const stopped = task.lastStatus === "STOPPED" && task.desiredStatus === "STOPPED";
  const asProgrammed = main?.exitCode === plan.exitCode;
  if (staysUp(plan) && !hit) {
    if (task.lastStatus !== "RUNNING" || task.desiredStatus !== "RUNNING")
      return untrue("not RUNNING any more", plan, task);
    if (plan.kind === "healthy" && task.healthStatus !== "HEALTHY") return untrue("not HEALTHY", plan, task);
    return { fate: "ran on" };
  }
  if (!stopped) return untrue("not STOPPED", plan, task);
  const wordless = (task.stopCode ?? "") === "" || (task.stoppedReason ?? "") === "";
  if (wordless) return untrue("does not say why it stopped", plan, task);
  if (
    plan.kind === "pulled" &&
    task.stopCode === "TaskFailedToStart" &&
    /^CannotPullContainerError: /.test(task.stoppedReason ?? "")
  )
    return { fate: "not pulled" };
  if (stopTold && task.stopCode === "UserInitiated") {
    const code = main?.exitCode;
    const neverRan = code === undefined && task.startedAt === undefined;
    // Told to stop before its shell could take the signal, it is killed when its stopTimeout is over.
    if (asProgrammed || code === 137 || neverRan || (hit && saysKilled(task))) return { fate: "stopped as told" };
    return untrue("stopped with another code", plan, task);
  }
  if (hit && !asProgrammed)
    return saysKilled(task) ? { fate: "killed" } : untrue("killed but does not say so", plan, task);
  if (task.stopCode !== "EssentialContainerExited") return untrue("stopped for another reason", plan, task);
  if (!asProgrammed) return untrue("ended with another exit code", plan, task);
  return { fate: hit ? "ended before the kill" : "ended as told" };
};
