import type { ContainerSpec, StopRequest } from "@fleetless/kernel";
import { conditionState, dependenciesOf, specOf, stateOf, unresolvableDependencies } from "./dependencies.ts";
import { type Task, withContainer } from "./task.ts";

/** How long a task's interface, and its storage, may take to be there, in milliseconds. */
export const provisioningLimitMilliseconds = 180_000;

const failedToStart = (reason: string): StopRequest => ({ code: "TaskFailedToStart", reason });

const essentialExited: StopRequest = {
  code: "EssentialContainerExited",
  reason: "Essential container in task exited",
};

/** When a dependent gives up waiting for this container; undefined where it waits for ever or waits no more. */
export const startDeadline = (task: Task, name: string): number | undefined => {
  const seconds = specOf(task, name)?.startTimeoutSeconds;
  const state = stateOf(task, name);
  if (seconds === undefined || state?.firstStartedAt === undefined) return undefined;
  const awaited = task.workload.containers.some((container) => {
    const dependent = stateOf(task, container.name);
    if (dependent === undefined || dependent.firstStartedAt !== undefined || dependent.stage === "ended") return false;
    return dependenciesOf(container).some(
      ({ containerName, condition }) => containerName === name && conditionState(state, condition) !== "met",
    );
  });
  return awaited ? state.firstStartedAt + seconds * 1000 : undefined;
};

/** Why a container can never start, or undefined where it may. */
const explainImpossible = (task: Task, container: ContainerSpec): string | undefined => {
  for (const { containerName, condition } of dependenciesOf(container)) {
    const dependency = stateOf(task, containerName);
    if (dependency === undefined || conditionState(dependency, condition) !== "impossible") continue;
    const code = dependency.firstStartedAt === undefined ? undefined : dependency.exitCode;
    const exit = code === undefined ? "" : ` with exit code ${code}`;
    return `container ${container.name} waits for ${containerName} to reach ${condition}, but ${containerName} stopped${exit}`;
  }
  return undefined;
};

/** What Docker gives a container that SIGTERM ends: the nearest thing to one that is stopped before it starts. */
const neverStartedExitCode = 143;

/**
 * A container that is not essential and can never start ends, and the task goes on without it. Another may wait for
 * that one, so it is asked again until nothing changes.
 */
export const giveUpInVain = (task: Task): Task => {
  for (const container of task.workload.containers) {
    const state = stateOf(task, container.name);
    if (container.essential || state === undefined || state.firstStartedAt !== undefined) continue;
    if (state.stage !== "waiting" && state.stage !== "created") continue;
    const explanation = explainImpossible(task, container);
    if (explanation === undefined) continue;
    const reason = `CannotStartContainerError: ${explanation}`;
    return giveUpInVain(
      withContainer(task, container.name, (given) => ({
        ...given,
        stage: "ended",
        exitCode: neverStartedExitCode,
        reason,
      })),
    );
  }
  return task;
};

const waitingForever = (task: Task): StopRequest | undefined => {
  for (const container of task.workload.containers) {
    const state = stateOf(task, container.name);
    if (!container.essential || state === undefined) continue;
    if (state.firstStartedAt !== undefined || state.stage === "ended") continue;
    const explanation = explainImpossible(task, container);
    if (explanation !== undefined) return failedToStart(`Task failed to start: ${explanation}`);
  }
  return undefined;
};

const timedOut = (task: Task, now: number): StopRequest | undefined => {
  if (now >= task.acceptedAt + provisioningLimitMilliseconds) {
    if (task.network === "absent" || task.network === "acquiring") {
      return failedToStart("Timeout waiting for network interface provisioning to complete.");
    }
    if (task.sandbox === "absent" || task.sandbox === "acquiring") {
      return failedToStart("Timeout waiting for EphemeralStorage provisioning to complete.");
    }
  }
  for (const state of task.containers) {
    const deadline = startDeadline(task, state.name);
    if (deadline === undefined || deadline > now) continue;
    const seconds = specOf(task, state.name)?.startTimeoutSeconds;
    return failedToStart(
      `Task failed to start: container ${state.name} did not reach what its dependents wait for within its startTimeout of ${seconds} seconds`,
    );
  }
  return undefined;
};

/** Why the task has to stop now, or undefined where it goes on. */
export const reasonToStop = (task: Task, now: number): StopRequest | undefined => {
  const { workload } = task;
  if (workload.desiredStatus === "STOPPED") {
    return workload.stop ?? { code: "UserInitiated", reason: "Task stopped by user" };
  }
  const endedContainers = task.containers.filter((state) => state.stage === "ended");
  const essentialEnded = endedContainers.some((state) => specOf(task, state.name)?.essential === true);
  if (essentialEnded || endedContainers.length === task.containers.length) return essentialExited;
  const circle = unresolvableDependencies(workload.containers);
  if (circle.length > 0) {
    return failedToStart(`Task failed to start: the dependencies of ${circle.join(", ")} can never be met`);
  }
  return waitingForever(task) ?? timedOut(task, now);
};
