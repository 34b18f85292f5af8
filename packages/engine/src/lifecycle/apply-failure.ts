import { recordHealthCheck } from "./health.ts";
import type { Outcome } from "./outcome.ts";
import { retryLater } from "./retry.ts";
import { type Step, stepKey } from "./step.ts";
import { type ContainerState, type Task, withContainer } from "./task.ts";

type Failure = Extract<Outcome, { readonly kind: "failed" }>;

/** How often a launch step that may be tried again is tried in all. */
const launchTries = 5;

const triesLeft = (task: Task, step: Step): boolean => (task.retries[stepKey(step)]?.failures ?? 0) < launchTries - 1;

/** Back to where the step may be begun again. */
const beforeStep = (task: Task, step: Step): Task => {
  switch (step.kind) {
    case "attach-network":
      return task.network === "acquiring" ? { ...task, network: "broken" } : task;
    case "create-sandbox":
      return task.sandbox === "acquiring" ? { ...task, sandbox: "broken" } : task;
    case "open-log":
      return withContainer(task, step.container, (state) =>
        state.log === "opening" ? { ...state, log: "broken" } : state,
      );
    case "create-container":
    case "start-container":
      return withContainer(task, step.container, (state) => {
        if (state.attempt !== step.attempt) return state;
        return state.stage === "creating" || state.stage === "starting" ? { ...state, stage: "ended" } : state;
      });
    default:
      return task;
  }
};

const isUp = (state: ContainerState | undefined): boolean => state?.firstStartedAt !== undefined;

/** A step without which the task, or a restart of one container, cannot go on. */
const launchFailed = (task: Task, failure: Failure, now: number): Task => {
  const { step } = failure;
  const name = "container" in step ? step.container : undefined;
  const state = task.containers.find((container) => container.name === name);
  if (step.kind === "open-log" && isUp(state)) return retryLater(beforeStep(task, step), step, now);
  if (task.stop !== undefined || state?.stage === "ended") return beforeStep(task, step);
  if (failure.retryable === true && triesLeft(task, step)) return retryLater(rewind(task, step), step, now);
  const marked =
    name === undefined
      ? beforeStep(task, step)
      : withContainer(beforeStep(task, step), name, (container) => ({ ...container, reason: failure.reason }));
  if (state !== undefined && isUp(state)) {
    return withContainer(marked, state.name, (container) => ({ ...container, stage: "ended", finishedAt: now }));
  }
  return { ...marked, stop: { code: "TaskFailedToStart", reason: failure.reason } };
};

/** Like beforeStep, but for a step that is tried again: what it takes is still to be taken. */
const rewind = (task: Task, step: Step): Task => {
  switch (step.kind) {
    case "attach-network":
    case "create-sandbox":
      return task;
    case "create-container":
      return withContainer(task, step.container, (state) =>
        state.stage === "creating" ? { ...state, stage: "waiting" } : state,
      );
    case "start-container":
      return withContainer(task, step.container, (state) =>
        state.stage === "starting" ? { ...state, stage: "created" } : state,
      );
    default:
      return beforeStep(task, step);
  }
};

/** The last lines of a container that has ended are worth some tries, not a task that never stops. */
const logOfEndedFailed = (task: Task, step: Step & { readonly container: string }, now: number): Task =>
  triesLeft(task, step)
    ? retryLater(
        withContainer(task, step.container, (state) => ({ ...state, log: "broken" })),
        step,
        now,
      )
    : withContainer(task, step.container, (state) => ({ ...state, log: "drained" }));

export const applyFailure = (task: Task, failure: Failure, now: number): Task => {
  const { step } = failure;
  switch (step.kind) {
    case "check-health":
      return recordHealthCheck(task, step, { exitCode: undefined, output: failure.reason }, now);
    case "drain-log":
      return logOfEndedFailed(task, step, now);
    case "open-log": {
      const state = task.containers.find((container) => container.name === step.container);
      if (state?.stage === "ended") return logOfEndedFailed(task, step, now);
      return launchFailed(task, failure, now);
    }
    case "stop-container":
      if (triesLeft(task, step)) return retryLater(task, step, now);
      return withContainer(task, step.container, (state) =>
        state.attempt === step.attempt && state.stage === "running"
          ? { ...state, signalledAt: now, killAt: now }
          : state,
      );
    case "destroy-sandbox":
    case "detach-network":
    case "kill-container":
    case "delete-container":
      return retryLater(task, step, now);
    default:
      return launchFailed(task, failure, now);
  }
};
