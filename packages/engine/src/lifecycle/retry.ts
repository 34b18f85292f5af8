import { type Step, stepKey } from "./step.ts";
import type { Task } from "./task.ts";

const retryDelay = (failures: number): number => Math.min(200 * 2 ** (failures - 1), 30_000);

/** The step has failed so many times: it is tried again, after a wait that grows with them. */
export const retryFrom = (task: Task, step: Step, failures: number, now: number): Task => ({
  ...task,
  retries: { ...task.retries, [stepKey(step)]: { failures, at: now + retryDelay(failures) } },
});

export const retryLater = (task: Task, step: Step, now: number): Task =>
  retryFrom(task, step, (task.retries[stepKey(step)]?.failures ?? 0) + 1, now);
