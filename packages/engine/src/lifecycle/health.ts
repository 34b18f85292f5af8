import type { ContainerSpec, HealthStatus } from "@fleetless/kernel";
import { dependenciesOf, specOf, stateOf } from "./dependencies.ts";
import { type ContainerHealth, type ContainerState, type Task, withContainer } from "./task.ts";

/** As much of a check's output as is kept, in characters. */
const outputLimit = 4096;
/** Before the first check that counts: the waiting time after the nth early one, in milliseconds. */
const earlyCheckDelay = (checks: number): number => Math.min(200 * 2 ** checks, 10_000);

const isAwaited = (task: Task, name: string): boolean =>
  task.workload.containers.some((container) => {
    const waits = dependenciesOf(container).some(
      (dependency) => dependency.containerName === name && dependency.condition === "HEALTHY",
    );
    return waits && stateOf(task, container.name)?.firstStartedAt === undefined;
  });

/**
 * The first check that counts is due one interval after the start. While a dependent waits for HEALTHY there
 * are checks before it, of which only a success counts, so that nobody waits an interval for nothing.
 */
const nextCheckAt = (task: Task, container: ContainerSpec, startedAt: number, checks: number, now: number): number => {
  const interval = (container.healthCheck?.intervalSeconds ?? 30) * 1000;
  const firstCounted = startedAt + interval;
  if (now >= firstCounted) return now + interval;
  if (!isAwaited(task, container.name)) return firstCounted;
  return Math.min(firstCounted, now + earlyCheckDelay(checks));
};

export const scheduleFirstCheck = (task: Task, container: ContainerSpec, startedAt: number): ContainerHealth => {
  const health: ContainerHealth = { status: "UNKNOWN", failures: 0, checks: 0 };
  if (container.healthCheck === undefined) return health;
  return { ...health, nextCheckAt: nextCheckAt(task, container, startedAt, 0, startedAt) };
};

export interface CheckResult {
  readonly exitCode: number | undefined;
  readonly output: string;
}

const judge = (
  container: ContainerSpec,
  state: ContainerState,
  result: CheckResult,
  now: number,
): { readonly status: HealthStatus; readonly failures: number } => {
  const check = container.healthCheck;
  const { health } = state;
  if (check === undefined || result.exitCode === 0) return { status: "HEALTHY", failures: 0 };
  const sinceStart = now - (state.startedAt ?? now);
  const early = sinceStart < check.intervalSeconds * 1000;
  const starting = health.status === "UNKNOWN" && sinceStart < check.startPeriodSeconds * 1000;
  if (early || starting) return { status: health.status, failures: health.failures };
  const failures = health.failures + 1;
  return { status: failures >= check.retries ? "UNHEALTHY" : health.status, failures };
};

/** What dependents of a launch waited for is a part of its timeline. */
const withTimeline = (before: Task, after: Task, name: string, now: number): Task => {
  const startedAt = stateOf(after, name)?.startedAt;
  const first = stateOf(before, name)?.health.status === "UNKNOWN" && stateOf(after, name)?.health.status === "HEALTHY";
  if (!first || startedAt === undefined || before.phase === "RUNNING") return after;
  const entry = {
    name: "become healthy",
    container: name,
    startedAt,
    durationMilliseconds: Math.max(0, now - startedAt),
  };
  return { ...after, timeline: [...after.timeline, entry] };
};

export const recordHealthCheck = (
  task: Task,
  step: { readonly container: string; readonly attempt: number },
  result: CheckResult,
  now: number,
): Task => {
  const container = specOf(task, step.container);
  if (container === undefined) return task;
  const checked = withContainer(task, step.container, (state) => {
    if (state.attempt !== step.attempt || state.stage !== "running") return state;
    const { status, failures } = judge(container, state, result, now);
    const changed = status !== state.health.status;
    const since = changed ? now : state.health.since;
    const checks = state.health.checks + 1;
    return {
      ...state,
      health: {
        status,
        failures,
        checks,
        output: result.output.slice(0, outputLimit),
        ...(since === undefined ? {} : { since }),
        nextCheckAt: nextCheckAt(task, container, state.startedAt ?? now, checks, now),
      },
    };
  });
  return withTimeline(task, checked, step.container, now);
};

/** HEALTHY if all essential containers with a check pass, UNHEALTHY if any fails, else UNKNOWN. */
export const taskHealth = (task: Task): HealthStatus => {
  const checked = task.containers.filter((state) => {
    const container = specOf(task, state.name);
    return container?.essential === true && container.healthCheck !== undefined;
  });
  if (checked.some((state) => state.health.status === "UNHEALTHY")) return "UNHEALTHY";
  if (checked.length > 0 && checked.every((state) => state.health.status === "HEALTHY")) return "HEALTHY";
  return "UNKNOWN";
};
