import type { ContainerSpec } from "@fleetless/kernel";
import { specOf, stateOf } from "./dependencies.ts";
import type { Outcome } from "./outcome.ts";
import { retryFrom } from "./retry.ts";
import { type ContainerState, type Task, withContainer } from "./task.ts";

const outOfMemoryReason = "OutOfMemoryError: Container killed due to memory usage";

type Exit = Omit<Extract<Outcome, { readonly kind: "exited" }>, "kind">;

const mayHaveRun = (state: ContainerState): boolean =>
  state.stage === "running" || state.stage === "starting" || state.stage === "created";

/** Restarted unless the task stops, the code is ignored, or it ran for less than the attempt period. */
const mayRestart = (task: Task, container: ContainerSpec, state: ContainerState, exit: Exit): boolean => {
  const policy = container.restartPolicy;
  if (policy === undefined || task.stop !== undefined || task.workload.desiredStatus === "STOPPED") return false;
  if (policy.ignoredExitCodes.includes(exit.exitCode)) return false;
  return exit.at - (state.startedAt ?? exit.at) >= policy.restartAttemptPeriodSeconds * 1000;
};

/**
 * The container of the attempt that follows: nothing of the old one's run stays but when it first ran. It keeps its
 * identity, since ECS starts the same container again.
 */
const forNextAttempt = (state: ContainerState): ContainerState => ({
  name: state.name,
  stage: "restarting",
  attempt: state.attempt + 1,
  log: state.log,
  health: { status: "UNKNOWN", failures: 0, checks: 0 },
  ...(state.runtimeId === undefined ? {} : { runtimeId: state.runtimeId }),
  ...(state.createdAt === undefined ? {} : { createdAt: state.createdAt }),
  ...(state.imageDigest === undefined ? {} : { imageDigest: state.imageDigest }),
  ...(state.firstStartedAt === undefined ? {} : { firstStartedAt: state.firstStartedAt }),
});

const reasonOf = (exit: Exit): string | undefined => (exit.outOfMemory ? outOfMemoryReason : exit.reason);

const finished = (state: ContainerState, exit: Exit, reason: string | undefined): ContainerState => ({
  ...state,
  stage: "ended",
  startedAt: state.startedAt ?? exit.at,
  firstStartedAt: state.firstStartedAt ?? exit.at,
  finishedAt: exit.at,
  exitCode: exit.outOfMemory ? 137 : exit.exitCode,
  ...(reason === undefined ? {} : { reason }),
});

/** How often a container that was lost before its start is made anew. */
const lossLimit = 4;

/** The start was never asked for, so that nothing of the container has run: it is made once more, as if never made. */
const mayMakeAnew = (task: Task, state: ContainerState): boolean =>
  state.stage === "created" && task.stop === undefined && (state.losses ?? 0) < lossLimit;

/** Each time after a longer wait, since what killed it may still be going on. */
const madeAnew = (task: Task, state: ContainerState, now: number): Task => {
  const losses = (state.losses ?? 0) + 1;
  const step = { kind: "create-container", container: state.name, attempt: state.attempt } as const;
  const waiting = withContainer(task, state.name, (lost) => ({ ...lost, stage: "waiting", losses }));
  return retryFrom(waiting, step, losses, now);
};

export const applyExit = (task: Task, exit: Exit, now: number): Task => {
  const container = specOf(task, exit.container);
  const state = stateOf(task, exit.container);
  if (container === undefined || state === undefined) return task;
  if (state.attempt !== exit.attempt || !mayHaveRun(state)) return task;
  if (mayMakeAnew(task, state)) return madeAnew(task, state, now);
  const restart = mayRestart(task, container, state, exit);
  return withContainer(task, exit.container, () => {
    const ended = finished(state, exit, reasonOf(exit));
    return restart ? forNextAttempt(ended) : ended;
  });
};

/** A container that vanished, as with a restart of the machine: it ended, nobody knows how. */
export const applyLoss = (
  task: Task,
  loss: { readonly container: string; readonly attempt: number; readonly reason: string },
  now: number,
): Task =>
  withContainer(task, loss.container, (state) =>
    state.attempt === loss.attempt && state.stage === "running"
      ? { ...state, stage: "ended", finishedAt: now, reason: loss.reason }
      : state,
  );
