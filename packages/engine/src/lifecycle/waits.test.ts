import { expect, test } from "vitest";
import { applyOutcome } from "./apply-outcome.ts";
import { launched, underWay } from "./testing/drive.ts";
import { SimulatedNode } from "./testing/simulated-node.ts";
import { containerNamed, workloadOf } from "./testing/workloads.ts";
import { waitsOf } from "./waits.ts";

test("a task waits for the images that are on their way, as far as they are", () => {
  const node = new SimulatedNode(workloadOf([containerNamed("web"), containerNamed("side")]));
  expect(waitsOf(node.task)).toEqual([]);
  const pulling = applyOutcome(node.task, { kind: "pulling", container: "web", bytes: 5, total: 20 }, 1);
  expect(waitsOf(pulling)).toEqual([{ kind: "image", container: "web", image: "demo:latest", bytes: 5, total: 20 }]);
  const further = applyOutcome(pulling, { kind: "pulling", container: "web", bytes: 20, total: 20 }, 2);
  expect(waitsOf(further)).toMatchObject([{ bytes: 20 }]);
  const step = underWay(node, "prepare-image", "web");
  if (step.kind !== "prepare-image") throw new Error("another step");
  const prepared = applyOutcome(further, { kind: "succeeded", step, digest: "sha256:0" }, 3);
  expect(waitsOf(prepared)).toEqual([]);
  expect(waitsOf(applyOutcome(prepared, { kind: "pulling", container: "web", bytes: 19, total: 20 }, 4))).toEqual([]);
});

test("a container that is ready waits for those that it depends on, and a task that runs or stops for nothing", () => {
  const dependsOn = [{ containerName: "web", condition: "HEALTHY" as const }];
  const healthCheck = { command: ["CMD"], intervalSeconds: 5, timeoutSeconds: 2, retries: 2, startPeriodSeconds: 0 };
  const web = containerNamed("web", { healthCheck });
  const node = launched(workloadOf([web, containerNamed("visitor", { dependsOn })]));
  expect(waitsOf(node.task)).toEqual([
    { kind: "container", container: "visitor", dependsOn: "web", condition: "HEALTHY" },
  ]);
  const { workload } = node.task;
  const stop = { code: "UserInitiated", reason: "enough" } as const;
  const stopped = { ...workload, revision: workload.revision + 1, desiredStatus: "STOPPED" as const, stop };
  expect(waitsOf(applyOutcome(node.task, { kind: "desired", workload: stopped }, 10))).toEqual([]);
  expect(waitsOf(launched(workloadOf([containerNamed("web")])).task)).toEqual([]);
});
