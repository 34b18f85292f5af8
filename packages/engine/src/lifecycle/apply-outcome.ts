import type { TimelineStep } from "@fleetless/kernel";
import { applyDesired } from "./apply-desired.ts";
import { applyExit, applyLoss } from "./apply-exit.ts";
import { applyFailure } from "./apply-failure.ts";
import { applyMeasurement } from "./apply-measurement.ts";
import { applyRecovery } from "./apply-recovery.ts";
import { applyBegun, applySuccess } from "./apply-success.ts";
import type { Outcome } from "./outcome.ts";
import { settle } from "./settle.ts";
import { stepKey, timelineNames } from "./step.ts";
import { type Task, withContainer } from "./task.ts";

const withoutKey = <Value>(record: Readonly<Record<string, Value>>, key: string): Readonly<Record<string, Value>> => {
  if (!(key in record)) return record;
  const { [key]: _removed, ...rest } = record;
  return rest;
};

/** How long a launch step took, for the timeline; nothing of what is no part of a launch. */
const timelineEntry = (
  task: Task,
  outcome: Outcome & { readonly kind: "succeeded" | "failed" },
  now: number,
): readonly TimelineStep[] => {
  const startedAt = task.begun[stepKey(outcome.step)];
  const name = timelineNames[outcome.step.kind];
  const launching = task.phase === "PROVISIONING" || task.phase === "PENDING";
  if (startedAt === undefined || name === undefined || !launching) return [];
  return [
    {
      name,
      ...("container" in outcome.step ? { container: outcome.step.container } : {}),
      startedAt,
      durationMilliseconds: Math.max(0, now - startedAt),
      ...("bytes" in outcome && outcome.bytes !== undefined ? { bytes: outcome.bytes } : {}),
      ...(outcome.kind === "failed" ? { failure: outcome.reason } : {}),
    },
  ];
};

/** The step is no longer under way. */
const finishStep = (task: Task, outcome: Outcome & { readonly kind: "succeeded" | "failed" }): Task => {
  const key = stepKey(outcome.step);
  return {
    ...task,
    begun: withoutKey(task.begun, key),
    retries: outcome.kind === "succeeded" ? withoutKey(task.retries, key) : task.retries,
  };
};

const extendTimeline = (task: Task, entry: readonly TimelineStep[]): Task =>
  entry.length === 0 ? task : { ...task, timeline: [...task.timeline, ...entry] };

/** A failure is in the timeline where it is what ends the task, not where the step is tried again or broken off. */
const applyFailed = (task: Task, outcome: Outcome & { readonly kind: "failed" }, now: number): Task => {
  const failed = applyFailure(finishStep(task, outcome), outcome, now);
  const isFatal = task.stop === undefined && failed.stop !== undefined;
  return isFatal ? extendTimeline(failed, timelineEntry(task, outcome, now)) : failed;
};

const applyFacts = (task: Task, outcome: Outcome, now: number): Task => {
  switch (outcome.kind) {
    case "begun":
      return applyBegun(task, outcome.step, now);
    case "succeeded":
      return applySuccess(extendTimeline(finishStep(task, outcome), timelineEntry(task, outcome, now)), outcome, now);
    case "failed":
      return applyFailed(task, outcome, now);
    case "exited":
      return applyExit(task, outcome, now);
    case "lost":
      return applyLoss(task, outcome, now);
    case "desired":
      return applyDesired(task, outcome.workload);
    case "recovered":
      return applyRecovery(task, outcome, now);
    case "pulling": {
      const pull = { bytes: outcome.bytes, total: outcome.total };
      return withContainer(task, outcome.container, (state) =>
        state.imageDigest === undefined ? { ...state, pull } : state,
      );
    }
    case "measured":
      return applyMeasurement(task, outcome, now);
    case "tick":
      return task;
  }
};

/**
 * The task after something has happened to it at `now` (milliseconds since the Unix epoch). Outcomes may come
 * twice, late or out of order: what no longer concerns the task leaves it as it is.
 */
export const applyOutcome = (task: Task, outcome: Outcome, now: number): Task => {
  if (task.phase === "STOPPED" && outcome.kind !== "desired") return task;
  const applied = settle(applyFacts(task, outcome, now), now);
  return { ...applied, sequence: Math.max(task.sequence + 1, now) };
};
