import { nodeId, type WorkloadStatus, workloadPhases } from "@fleetless/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskRecord } from "../collections.ts";
import { taskOf } from "../testing/task.ts";
import { nextTaskStep, stoppedTaskRetention } from "./task-step.ts";

const task = taskOf({});
const status = (phase: WorkloadStatus["phase"]): WorkloadStatus => ({
  id: task.id,
  nodeId: nodeId("n"),
  observedRevision: 1,
  sequence: 1,
  phase,
  attachmentStatus: "ATTACHED",
  healthStatus: "UNKNOWN",
  times: {},
  containers: [],
  timeline: [],
});

describe("the next step of a task", () => {
  it("waits while it runs and stops wanting it to run once it ends", () => {
    expect(nextTaskStep(task, undefined, 0)).toEqual({ kind: "none" });
    expect(nextTaskStep(task, status("RUNNING"), 0)).toEqual({ kind: "none" });
    expect(nextTaskStep(task, status("STOPPING"), 0)).toMatchObject({ kind: "ending" });
    expect(nextTaskStep({ ...task, desiredStatus: "STOPPED" }, status("STOPPING"), 0)).toEqual({ kind: "none" });
  });

  it("releases what has stopped and forgets it an hour later", () => {
    expect(nextTaskStep(task, status("STOPPED"), 0)).toMatchObject({ kind: "release" });
    const released = { ...task, releasedAt: 1_000 };
    expect(nextTaskStep(released, status("STOPPED"), 2_000)).toEqual({
      kind: "wait",
      milliseconds: stoppedTaskRetention - 1_000,
    });
    expect(nextTaskStep(released, status("STOPPED"), 1_000 + stoppedTaskRetention)).toEqual({ kind: "forget" });
  });

  it("always comes to an end once the task is observed STOPPED, from whatever was recorded", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("RUNNING" as const, "STOPPED" as const),
        fc.shuffledSubarray([...workloadPhases]),
        (desiredStatus, phases) => {
          let now = 0;
          let record: TaskRecord = { ...task, desiredStatus };
          for (const phase of [...phases.filter((name) => name !== "STOPPED"), "STOPPED" as const]) {
            const step = nextTaskStep(record, status(phase), now);
            if (step.kind === "ending") record = { ...record, desiredStatus: "STOPPED" };
            if (step.kind === "release") record = { ...record, releasedAt: now };
          }
          now += stoppedTaskRetention;
          expect(nextTaskStep(record, status("STOPPED"), now).kind).toBe("forget");
        },
      ),
    );
  });
});
