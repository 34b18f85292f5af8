import { nodeId } from "@fleetless/kernel";
import { describe, expect, test } from "vitest";
import { applyOutcome } from "./apply-outcome.ts";
import { statusOf } from "./status-of.ts";
import { launched, stepsUnderWay, underWay } from "./testing/drive.ts";
import type { SimulatedNode } from "./testing/simulated-node.ts";
import { containerNamed, workloadOf } from "./testing/workloads.ts";

const log = { driver: "awslogs" as const, options: {} };
const statusAt = (node: SimulatedNode) => statusOf(node.task, nodeId("node-1"));

describe("a restart policy", () => {
  const restartPolicy = { ignoredExitCodes: [7], restartAttemptPeriodSeconds: 60 };
  const restarting = workloadOf([containerNamed("web", { restartPolicy, log })]);

  test("keeps the container's runtime id and creation, at every moment of a restart", () => {
    const node = launched(restarting);
    const { runtimeId, createdAt } = statusAt(node).containers[0] ?? {};
    expect(runtimeId).toBeDefined();
    node.now += 60_000;
    node.exit("web", 3);
    for (const kind of ["delete-container", "create-container", "start-container"] as const) {
      expect(statusAt(node).containers[0]).toMatchObject({ status: "RUNNING", runtimeId, createdAt, restartCount: 1 });
      node.succeed(underWay(node, kind, "web"));
    }
    expect(statusAt(node).containers[0]).toMatchObject({ status: "RUNNING", runtimeId, createdAt, restartCount: 1 });
  });

  test("restarts what ran long enough, and not what ends too early after that", () => {
    const node = launched(restarting);
    node.now += 60_000;
    node.exit("web", 1);
    expect(stepsUnderWay(node)).toEqual(["delete-container/web/0"]);
    expect(statusAt(node).containers[0]).toMatchObject({ status: "RUNNING", restartCount: 1 });
    node.succeed(underWay(node, "delete-container"));
    node.succeed(underWay(node, "create-container"));
    node.succeed(underWay(node, "start-container"));
    expect(node.task.phase).toBe("RUNNING");
    node.now += 59_999;
    node.exit("web", 1);
    expect(node.task.stop?.code).toBe("EssentialContainerExited");
  });

  test("leaves ignored exit codes alone, and a late exit of the attempt before changes nothing", () => {
    const ignored = launched(restarting);
    ignored.now += 100_000;
    ignored.exit("web", 7);
    expect(ignored.task.stop?.code).toBe("EssentialContainerExited");
    const node = launched(restarting);
    node.now += 100_000;
    node.exit("web", 1);
    const late = {
      kind: "exited",
      container: "web",
      attempt: 0,
      exitCode: 2,
      at: node.now,
      outOfMemory: false,
    } as const;
    expect(applyOutcome(node.task, late, node.now).containers).toEqual(node.task.containers);
  });
});
