import { expect, test } from "vitest";
import { applyOutcome } from "./apply-outcome.ts";
import { launched } from "./testing/drive.ts";
import { SimulatedNode } from "./testing/simulated-node.ts";
import { containerNamed, workloadOf } from "./testing/workloads.ts";

const mebibytes = 1024 * 1024;
const reading = (cpuSeconds: number, memory: number, peak = memory) => ({
  kind: "measured" as const,
  cpuNanoseconds: cpuSeconds * 1e9,
  memoryBytes: memory * mebibytes,
  memoryPeakBytes: peak * mebibytes,
});

test("peaks and averages of what was measured", () => {
  const { task } = launched(workloadOf([containerNamed("web")]));
  const start = task.containers[0]?.firstStartedAt ?? 0;
  const idle = applyOutcome(task, reading(6, 100), start + 60_000);
  expect(idle.measured).toMatchObject({ cpuSeconds: 6, cpuPeakUnits: 102, memoryPeakBytes: 100 * mebibytes });
  const busy = applyOutcome(idle, reading(36, 200, 300), start + 120_000);
  const calm = applyOutcome(busy, reading(36, 60, 300), start + 180_000);
  expect(calm.measured).toEqual({
    at: start + 180_000,
    cpuSeconds: 36,
    cpuPeakUnits: 512,
    memoryPeakBytes: 300 * mebibytes,
    memoryAverageBytes: 120 * mebibytes,
    measurements: 3,
  });
  const atOnce = applyOutcome(calm, reading(37, 60, 300), start + 180_010);
  expect(atOnce.measured?.cpuPeakUnits).toBe(512);
});

test("nothing is measured before a container ran, and the last measurement is as of the containers' end", () => {
  const fresh = new SimulatedNode(workloadOf([containerNamed("web")]));
  expect(applyOutcome(fresh.task, reading(1, 1), 2_000).measured).toBeUndefined();
  const { task } = launched(workloadOf([containerNamed("web")]));
  const start = task.containers[0]?.firstStartedAt ?? 0;
  const ended = { ...task, times: { ...task.times, executionStoppedAt: start + 2_000 } };
  const { measured } = applyOutcome(ended, reading(1, 0, 50), start + 9_000);
  expect(measured).toMatchObject({ at: start + 2_000, cpuPeakUnits: 512, memoryAverageBytes: 50 * mebibytes });
});
