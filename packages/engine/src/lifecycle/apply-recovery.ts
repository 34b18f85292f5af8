import { applyExit, applyLoss } from "./apply-exit.ts";
import { markStarted } from "./apply-success.ts";
import type { FoundState, Outcome } from "./outcome.ts";
import { type ContainerState, type Task, withContainer } from "./task.ts";

type Recovery = Extract<Outcome, { readonly kind: "recovered" }>;

const lostReason = "The container was lost while the node was down";
const namespaceLost = "ResourceInitializationError: the task's network namespace was lost while the node was down";

/** Milliseconds since the Unix epoch: of the recovery, and when a container ended that is not there any more. */
interface Moments {
  readonly now: number;
  readonly lost: number;
}

const setStage = (task: Task, name: string, stage: ContainerState["stage"]): Task =>
  withContainer(task, name, (state) => ({ ...state, stage }));

const foundUp = (task: Task, state: ContainerState, found: FoundState, now: number): Task => {
  const started = markStarted(task, state.name, found.startedAt ?? found.exit?.at ?? now);
  if (found.exit === undefined) return started;
  return applyExit(started, { container: state.name, attempt: found.attempt, ...found.exit }, now);
};

/** A start is noted before it is asked for. */
const mayHaveStarted = (state: ContainerState, found: FoundState): boolean =>
  found.startedAt !== undefined || state.stage === "starting";

const lostUnstarted = (task: Task, state: ContainerState, found: FoundState, now: number): Task => {
  const created = setStage(task, state.name, "created");
  return found.exit === undefined
    ? setStage(task, state.name, "waiting")
    : applyExit(created, { container: state.name, attempt: found.attempt, ...found.exit }, now);
};

/** Nobody knows when it ended: it counts as long as it was known to run, and not for the time that the agent was away. */
const lossTime = (state: ContainerState, { awakeUntil }: Recovery, now: number): number =>
  Math.min(now, Math.max(awakeUntil ?? now, state.startedAt ?? state.createdAt ?? 0));

/** It may have run, so it must not run once more. */
const lostAtStart = (task: Task, state: ContainerState, at: number): Task =>
  withContainer(task, state.name, (lost) => ({ ...lost, stage: "ended", finishedAt: at, reason: lostReason }));

/** Not known to run when the agent went down, so the machine knows better. */
const recoverUnstarted = (task: Task, state: ContainerState, found: FoundState | undefined, at: Moments): Task => {
  const { now } = at;
  if (found === undefined)
    return state.stage === "starting" ? lostAtStart(task, state, at.lost) : setStage(task, state.name, "waiting");
  if (found.attempt < state.attempt) return setStage(task, state.name, "restarting");
  if (found.attempt > state.attempt) {
    const caughtUp = withContainer(task, state.name, (behind) => ({ ...behind, attempt: found.attempt }));
    return recoverUnstarted(caughtUp, { ...state, attempt: found.attempt }, found, at);
  }
  if (found.state === "exited" && !mayHaveStarted(state, found)) return lostUnstarted(task, state, found, now);
  if (found.state !== "created") return foundUp(task, state, found, now);
  const known = state.stage === "created" || state.stage === "starting";
  return setStage(task, state.name, known ? "created" : "waiting");
};

const recoverRunning = (task: Task, state: ContainerState, found: FoundState | undefined, at: Moments): Task => {
  const { now } = at;
  if (found !== undefined && found.attempt > state.attempt) {
    const caughtUp = withContainer(task, state.name, (behind) => ({ ...behind, attempt: found.attempt }));
    return foundUp(caughtUp, state, found, now);
  }
  if (found?.attempt === state.attempt && found.state === "running") return task;
  if (found?.attempt === state.attempt && found.exit !== undefined) {
    return applyExit(task, { container: state.name, attempt: state.attempt, ...found.exit }, now);
  }
  return applyLoss(task, { container: state.name, attempt: state.attempt, reason: lostReason }, at.lost);
};

const recoverContainer = (task: Task, state: ContainerState, found: FoundState | undefined, at: Moments): Task => {
  const relogged = withContainer(task, state.name, (container) => ({
    ...container,
    log: container.log === "drained" ? "drained" : "closed",
  }));
  switch (state.stage) {
    case "ended":
      return relogged;
    case "running":
      return recoverRunning(relogged, state, found, at);
    default:
      return recoverUnstarted(relogged, state, found, at);
  }
};

/** What was held but is gone is taken again where nothing ran in it yet; else the task cannot be saved. */
const recoverHoldings = (task: Task, recovery: Recovery): Task => {
  if (task.stop !== undefined || task.containers.some((state) => state.firstStartedAt !== undefined)) return task;
  const sandbox = task.sandbox === "held" && !recovery.sandbox ? "absent" : task.sandbox;
  if (recovery.network) return { ...task, sandbox };
  if (!recovery.sandbox) return { ...task, network: "absent", sandbox: "absent" };
  return { ...task, network: "broken", stop: { code: "TaskFailedToStart", reason: namespaceLost } };
};

/** Takes up the task where the machine is: running containers go on, exits are learned, half-done steps are redone. */
export const applyRecovery = (task: Task, recovery: Recovery, now: number): Task => {
  const idle: Task = { ...task, begun: {}, retries: {} };
  const recovered = idle.containers.reduce(
    (current, state) =>
      recoverContainer(
        current,
        state,
        recovery.containers.find((found) => found.name === state.name),
        { now, lost: lossTime(state, recovery, now) },
      ),
    idle,
  );
  return recoverHoldings(recovered, recovery);
};
