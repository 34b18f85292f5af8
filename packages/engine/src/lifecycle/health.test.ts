import { nodeId } from "@fleetless/kernel";
import { describe, expect, test } from "vitest";
import { statusOf } from "./status-of.ts";
import { launched, stepsUnderWay, underWay } from "./testing/drive.ts";
import type { SimulatedNode } from "./testing/simulated-node.ts";
import { containerNamed, workloadOf } from "./testing/workloads.ts";

const healthCheck = {
  command: ["CMD", "true"],
  intervalSeconds: 30,
  timeoutSeconds: 5,
  retries: 2,
  startPeriodSeconds: 60,
};
const statusAt = (node: SimulatedNode) => statusOf(node.task, nodeId("node-1"));

describe("health", () => {
  const checked = workloadOf([containerNamed("web", { healthCheck })]);
  const failOnce = (node: SimulatedNode): void => {
    node.wait();
    const step = { kind: "check-health", container: "web", attempt: 0 } as const;
    node.inFlight.delete("check-health/web/0");
    node.apply({ kind: "succeeded", step, exitCode: 1, output: "refused" });
  };

  test("fails after the retries in a row behind the start period, and does not stop the task", () => {
    const node = launched(checked);
    const seen: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      failOnce(node);
      seen.push(`${(node.now - 1_000) / 1_000} s ${statusAt(node).healthStatus}`);
    }
    expect(seen).toEqual(["30 s UNKNOWN", "60 s UNKNOWN", "90 s UNHEALTHY", "120 s UNHEALTHY"]);
    expect(node.task.stop).toBeUndefined();
    expect(statusAt(node).containers[0]).toMatchObject({ healthOutput: "refused", healthSince: 91_000 });
    node.wait();
    node.succeed(underWay(node, "check-health"));
    expect(statusAt(node).healthStatus).toBe("HEALTHY");
  });

  test("is looked at early while a dependent waits for it, and that wait is in the timeline", () => {
    const side = containerNamed("side", { dependsOn: [{ containerName: "web", condition: "HEALTHY" }] });
    const node = launched(workloadOf([containerNamed("web", { healthCheck }), side]));
    failOnce(node);
    node.wait();
    node.succeed(underWay(node, "check-health"));
    expect(stepsUnderWay(node)).toEqual(["start-container/side/0"]);
    expect(node.task.timeline.at(-1)).toEqual({
      name: "become healthy",
      container: "web",
      startedAt: 1_000,
      durationMilliseconds: 600,
    });
  });

  test("is UNKNOWN where no essential container has a check", () => {
    const node = launched(
      workloadOf([containerNamed("web"), containerNamed("side", { essential: false, healthCheck })]),
    );
    node.wait();
    node.succeed(underWay(node, "check-health", "side"));
    expect(statusAt(node)).toMatchObject({ healthStatus: "UNKNOWN" });
    expect(statusAt(node).containers[1]).toMatchObject({ healthStatus: "HEALTHY" });
  });
});
