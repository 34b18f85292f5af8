import { provisioningLimitMilliseconds, startDeadline } from "./stop-reasons.ts";
import type { Task } from "./task.ts";

const candidates = (task: Task): readonly (number | undefined)[] => {
  const retries = Object.values(task.retries).map((retry) => retry.at);
  if (task.stop !== undefined) return [...retries, ...task.containers.map((state) => state.killAt)];
  const provisioning =
    task.network === "held" && task.sandbox === "held" ? [] : [task.acceptedAt + provisioningLimitMilliseconds];
  return [
    ...retries,
    ...provisioning,
    ...task.containers.flatMap((state) => [
      state.stage === "running" ? state.health.nextCheckAt : undefined,
      startDeadline(task, state.name),
    ]),
  ];
};

/**
 * When time alone will next change what is to be done, in milliseconds since the Unix epoch: apply a tick then.
 * Undefined where only an outcome can. What was due before `now` is in `nextSteps` already.
 */
export const dueAt = (task: Task, now: number): number | undefined => {
  if (task.phase === "STOPPED") return undefined;
  const future = candidates(task).filter((at) => at !== undefined && at > now) as readonly number[];
  return future.length === 0 ? undefined : Math.min(...future);
};
