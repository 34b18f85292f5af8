import { specOf } from "./dependencies.ts";
import { recordHealthCheck, scheduleFirstCheck } from "./health.ts";
import type { Outcome } from "./outcome.ts";
import type { Step } from "./step.ts";
import { stepKey } from "./step.ts";
import { type ContainerState, type Task, withContainer } from "./task.ts";

type Success = Extract<Outcome, { readonly kind: "succeeded" }>;

export const applyBegun = (task: Task, step: Step, now: number): Task => {
  const begun: Task = { ...task, begun: { ...task.begun, [stepKey(step)]: now } };
  const container = (change: (state: ContainerState) => ContainerState): Task =>
    "container" in step ? withContainer(begun, step.container, change) : begun;
  switch (step.kind) {
    case "attach-network":
      return { ...begun, network: "acquiring" };
    case "create-sandbox":
      return { ...begun, sandbox: "acquiring" };
    case "destroy-sandbox":
      return { ...begun, sandbox: "releasing" };
    case "detach-network":
      return { ...begun, network: "releasing" };
    case "prepare-image":
      return { ...begun, times: { pullStartedAt: now, ...begun.times } };
    case "open-log":
      return container((state) => ({ ...state, log: "opening" }));
    case "drain-log":
      return container((state) => ({ ...state, log: "draining" }));
    case "create-container":
      return container((state) => (state.stage === "waiting" ? { ...state, stage: "creating" } : state));
    case "start-container":
      return container((state) => (state.stage === "created" ? { ...state, stage: "starting" } : state));
    default:
      return begun;
  }
};

const imagePrepared = (task: Task, container: string, digest: string, now: number): Task => {
  const prepared = withContainer(task, container, ({ pull: _pull, ...state }) => ({
    ...state,
    imageDigest: digest,
  }));
  const all = prepared.containers.every((state) => state.imageDigest !== undefined);
  return all
    ? { ...prepared, times: { ...prepared.times, pullStoppedAt: prepared.times.pullStoppedAt ?? now } }
    : prepared;
};

export const markStarted = (task: Task, name: string, startedAt: number): Task => {
  const container = specOf(task, name);
  return withContainer(task, name, (state) => ({
    ...state,
    stage: "running",
    startedAt,
    firstStartedAt: state.firstStartedAt ?? startedAt,
    health: container === undefined ? state.health : scheduleFirstCheck(task, container, startedAt),
  }));
};

const started = (task: Task, name: string, attempt: number, startedAt: number): Task => {
  const state = task.containers.find((container) => container.name === name);
  if (state?.attempt !== attempt) return task;
  if (state.stage === "created" || state.stage === "starting") return markStarted(task, name, startedAt);
  // Its exit was told before its start: the start only tells when that was.
  if (state.stage !== "ended" || state.finishedAt === undefined) return task;
  return withContainer(task, name, (ended) => ({
    ...ended,
    startedAt: Math.min(startedAt, ended.finishedAt ?? startedAt),
  }));
};

const stopSignalled = (task: Task, name: string, attempt: number, now: number): Task => {
  const seconds = specOf(task, name)?.stopTimeoutSeconds ?? 30;
  return withContainer(task, name, (state) =>
    state.attempt === attempt && state.stage === "running"
      ? { ...state, signalledAt: now, killAt: now + seconds * 1000 }
      : state,
  );
};

/** A killed container that does not tell its exit is killed again after this many milliseconds. */
const killAgainAfter = 5_000;

export const applySuccess = (task: Task, success: Success, now: number): Task => {
  const { step } = success;
  switch (step.kind) {
    case "attach-network":
      return task.network === "acquiring" || task.network === "absent"
        ? { ...task, network: "held", times: { connectivityAt: now, ...task.times } }
        : task;
    case "create-sandbox":
      return task.sandbox === "acquiring" || task.sandbox === "absent" ? { ...task, sandbox: "held" } : task;
    case "destroy-sandbox":
      return { ...task, sandbox: "released" };
    case "detach-network":
      return { ...task, network: "released" };
    case "prepare-image":
      return "digest" in success ? imagePrepared(task, step.container, success.digest, now) : task;
    case "open-log":
      return withContainer(task, step.container, (state) =>
        state.log === "opening" || state.log === "closed" ? { ...state, log: "open" } : state,
      );
    case "drain-log":
      return withContainer(task, step.container, (state) => ({ ...state, log: "drained" }));
    case "create-container":
      return withContainer(task, step.container, (state) =>
        state.attempt === step.attempt &&
        (state.stage === "waiting" || state.stage === "creating") &&
        "runtimeId" in success
          ? { ...state, stage: "created", runtimeId: success.runtimeId, createdAt: state.createdAt ?? now }
          : state,
      );
    case "start-container":
      return "startedAt" in success ? started(task, step.container, step.attempt, success.startedAt) : task;
    case "check-health":
      return "output" in success ? recordHealthCheck(task, step, success, now) : task;
    case "stop-container":
      return stopSignalled(task, step.container, step.attempt, now);
    case "kill-container":
      return withContainer(task, step.container, (state) =>
        state.attempt === step.attempt ? { ...state, killAt: now + killAgainAfter } : state,
      );
    case "delete-container":
      return withContainer(task, step.container, (state) =>
        state.stage === "restarting" && state.attempt === step.attempt + 1 ? { ...state, stage: "waiting" } : state,
      );
  }
};
