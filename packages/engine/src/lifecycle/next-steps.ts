import type { ContainerSpec } from "@fleetless/kernel";
import { dependenciesMet, dependenciesOf, specOf, stateOf } from "./dependencies.ts";
import { sandboxTakesNetwork } from "./sandbox-network.ts";
import { type Step, stepKey } from "./step.ts";
import type { ContainerState, Holding, Task } from "./task.ts";

const toAcquire = (holding: Holding): boolean => holding === "absent" || holding === "acquiring";
const toRelease = (holding: Holding): boolean => holding !== "absent" && holding !== "released";

const logSteps = (container: ContainerSpec, state: ContainerState): readonly Step[] => {
  if (container.log === undefined || state.log === "drained") return [];
  const open: Step = { kind: "open-log", container: state.name };
  const drain: Step = { kind: "drain-log", container: state.name };
  const ranAtAll = state.firstStartedAt !== undefined;
  if (state.stage === "ended") {
    if (state.log === "closed" || state.log === "opening") {
      if (ranAtAll) return [open];
      // It may have been opened before the agent was restarted.
      return state.log === "closed" ? [drain] : [];
    }
    return [drain];
  }
  return state.log === "open" ? [] : [open];
};

const healthSteps = (container: ContainerSpec, state: ContainerState, now: number): readonly Step[] => {
  const due = state.health.nextCheckAt;
  if (container.healthCheck === undefined || state.stage !== "running" || due === undefined || due > now) return [];
  return [{ kind: "check-health", container: state.name, attempt: state.attempt }];
};

/** A container's own way from nothing to running: no step waits for anything that it does not need. */
const launchSteps = (task: Task, container: ContainerSpec, state: ContainerState): readonly Step[] => {
  const at = { container: state.name, attempt: state.attempt };
  const steps: Step[] = [];
  if (state.imageDigest === undefined && state.stage !== "ended") {
    steps.push({ kind: "prepare-image", container: state.name });
  }
  switch (state.stage) {
    case "waiting":
    case "creating":
      if (task.sandbox === "held" && state.imageDigest !== undefined) steps.push({ kind: "create-container", ...at });
      break;
    case "created":
    case "starting": {
      const logged = container.log === undefined || state.log === "open";
      const mayStart = state.firstStartedAt !== undefined || dependenciesMet(task, container);
      if (logged && mayStart && task.network === "held") steps.push({ kind: "start-container", ...at });
      break;
    }
    case "restarting":
      steps.push({ kind: "delete-container", container: state.name, attempt: state.attempt - 1 });
      break;
  }
  return steps;
};

const stillUp = (state: ContainerState | undefined): boolean =>
  state !== undefined && (state.stage === "running" || state.stage === "starting" || state.stage === "creating");

/** Reverse order: a container is stopped once all that depend on it have ended. */
const mayStop = (task: Task, name: string): boolean =>
  task.workload.containers.every(
    (other) =>
      !dependenciesOf(other).some((dependency) => dependency.containerName === name) ||
      !stillUp(stateOf(task, other.name)),
  );

const stopSteps = (task: Task, state: ContainerState, now: number): readonly Step[] => {
  if (state.stage !== "running" || !mayStop(task, state.name)) return [];
  const at = { container: state.name, attempt: state.attempt };
  if (state.signalledAt === undefined) return [{ kind: "stop-container", ...at }];
  if (state.killAt !== undefined && state.killAt <= now) return [{ kind: "kill-container", ...at }];
  return [];
};

const releaseSteps = (task: Task): readonly Step[] => {
  const containersEnded = task.containers.every((state) => {
    if (state.stage !== "ended" || state.log === "opening") return false;
    const container = specOf(task, state.name);
    return container === undefined || logSteps(container, state).length === 0;
  });
  const acquiring = "attach-network" in task.begun || "create-sandbox" in task.begun;
  if (!containersEnded || acquiring) return [];
  if (toRelease(task.sandbox)) return [{ kind: "destroy-sandbox" }];
  if (toRelease(task.network)) return [{ kind: "detach-network" }];
  return [];
};

const hasImages = (task: Task): boolean =>
  task.containers.every(({ imageDigest, stage }) => imageDigest !== undefined || stage === "ended");

/** All steps that ought to be under way for the task, whether begun or not, but for those that wait for another try. */
const wantedSteps = (task: Task, now: number): readonly Step[] => {
  if (task.phase === "STOPPED") return [];
  const steps: Step[] = [];
  const stopping = task.stop !== undefined;
  if (!stopping && toAcquire(task.network)) steps.push({ kind: "attach-network" });
  // An image comes over the task's interface, which is no longer the node's to use where the sandbox has taken it.
  const mayMakeSandbox = !sandboxTakesNetwork(task) || (task.network === "held" && hasImages(task));
  if (!stopping && mayMakeSandbox && toAcquire(task.sandbox)) steps.push({ kind: "create-sandbox" });
  for (const state of task.containers) {
    const container = specOf(task, state.name);
    if (container === undefined) continue;
    if (stopping) {
      const logs = state.stage === "ended" || state.stage === "running" ? logSteps(container, state) : [];
      steps.push(...stopSteps(task, state, now), ...logs);
    } else {
      steps.push(...launchSteps(task, container, state), ...logSteps(container, state));
      steps.push(...healthSteps(container, state, now));
    }
  }
  return stopping ? [...steps, ...releaseSteps(task)] : steps;
};

/**
 * What ought to be under way for the task at `now` (milliseconds since the Unix epoch). Level-triggered: a
 * step stays in the answer until its outcome was applied, so whoever carries steps out begins those that are
 * new to it and breaks off those that are no longer named. Steps of one answer may run side by side.
 */
export const nextSteps = (task: Task, now: number): readonly Step[] =>
  wantedSteps(task, now).filter((step) => (task.retries[stepKey(step)]?.at ?? 0) <= now);
