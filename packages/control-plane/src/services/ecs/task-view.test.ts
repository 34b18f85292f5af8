import { nodeId, workloadId } from "@fleetless/kernel";
import { expect, it } from "vitest";
import type { ObservedWorkload } from "../../compute/service.ts";
import { taskView } from "./task-view.ts";
import { taskOf } from "./testing/task.ts";

const observedStopping = (stoppingAt: number): Pick<ObservedWorkload, "status" | "changes" | "nodeLost"> => ({
  status: {
    id: workloadId("0".repeat(32)),
    nodeId: nodeId("node"),
    observedRevision: 1,
    sequence: 1,
    phase: "STOPPING",
    attachmentStatus: "ATTACHED",
    healthStatus: "UNKNOWN",
    times: { stoppingAt },
    containers: [],
    timeline: [],
  },
  changes: 1,
  nodeLost: false,
});

it("keeps the time of stopping that it showed when the stop was asked for", () => {
  const task = taskOf({ desiredStatus: "STOPPED", stop: { code: "UserInitiated", reason: "enough", at: 1_000 } });
  expect(taskView(task, undefined, false).stoppingAt).toEqual(new Date(1_000));
  expect(taskView(task, observedStopping(1_002), false).stoppingAt).toEqual(new Date(1_000));
});

it("shows that a task was stopping before it was asked to", () => {
  const task = taskOf({ desiredStatus: "STOPPED", stop: { code: "UserInitiated", reason: "enough", at: 1_000 } });
  expect(taskView(task, observedStopping(900), false).stoppingAt).toEqual(new Date(900));
});
