import { nodeId } from "@fleetless/kernel";
import { describe, expect, test } from "vitest";
import { applyOutcome } from "./apply-outcome.ts";
import { createTask } from "./create-task.ts";
import { statusOf } from "./status-of.ts";
import { launched, stepsUnderWay, underWay } from "./testing/drive.ts";
import { SimulatedNode } from "./testing/simulated-node.ts";
import { containerNamed, workloadOf } from "./testing/workloads.ts";

const log = { driver: "awslogs" as const, options: {} };
const healthCheck = {
  command: ["CMD", "true"],
  intervalSeconds: 30,
  timeoutSeconds: 5,
  retries: 2,
  startPeriodSeconds: 60,
};
const statusAt = (node: SimulatedNode) => statusOf(node.task, nodeId("node-1"));

describe("a launch", () => {
  test("begins with everything that waits for nothing", () => {
    const node = new SimulatedNode(workloadOf([containerNamed("web", { log }), containerNamed("side")]));
    expect(stepsUnderWay(node)).toEqual([
      "attach-network",
      "create-sandbox",
      "open-log/web",
      "prepare-image/side",
      "prepare-image/web",
    ]);
    expect(statusAt(node)).toMatchObject({ phase: "PROVISIONING", attachmentStatus: "ATTACHING" });
  });

  test("creates a container as soon as sandbox and image are there, beside the start of what it depends on", () => {
    const side = containerNamed("side", { dependsOn: [{ containerName: "web", condition: "START" }] });
    const node = new SimulatedNode(workloadOf([containerNamed("web"), side]));
    node.succeed(underWay(node, "attach-network"));
    node.succeed(underWay(node, "create-sandbox"));
    node.succeed(underWay(node, "prepare-image", "web"));
    node.succeed(underWay(node, "create-container", "web"));
    node.succeed(underWay(node, "prepare-image", "side"));
    expect(stepsUnderWay(node)).toEqual(["create-container/side/0", "start-container/web/0"]);
    node.succeed(underWay(node, "create-container", "side"));
    expect(stepsUnderWay(node)).toEqual(["start-container/web/0"]);
    expect(node.task.phase).toBe("PENDING");
    node.succeed(underWay(node, "start-container", "web"));
    node.succeed(underWay(node, "start-container", "side"));
    expect(node.task.phase).toBe("RUNNING");
  });

  test("makes a container anew that keeps dying before its start, after longer and longer waits, until it gives up", () => {
    const side = containerNamed("side", { dependsOn: [{ containerName: "web", condition: "COMPLETE" }] });
    const node = new SimulatedNode(workloadOf([containerNamed("web", { essential: false }), side]));
    for (const kind of ["attach-network", "create-sandbox"] as const) node.succeed(underWay(node, kind));
    node.succeed(underWay(node, "prepare-image", "side"));
    const waits: number[] = [];
    for (let losses = 0; losses < 4; losses += 1) {
      node.succeed(underWay(node, "create-container", "side"));
      const lostAt = node.now;
      node.lose("side");
      expect(stepsUnderWay(node)).not.toContain("create-container/side/0");
      node.wait();
      waits.push(node.now - lostAt);
    }
    expect(waits).toEqual([200, 400, 800, 1_600]);
    node.succeed(underWay(node, "create-container", "side"));
    node.lose("side");
    expect(node.task).toMatchObject({ stop: { code: "EssentialContainerExited" } });
    expect(node.task.containers.find(({ name }) => name === "side")).toMatchObject({ stage: "ended", exitCode: 137 });
  });

  test("does not run a container twice that was being started when the agent went down and is gone since", () => {
    const node = new SimulatedNode(workloadOf([containerNamed("web")]));
    for (const kind of ["attach-network", "create-sandbox", "prepare-image", "create-container"] as const)
      node.succeed(underWay(node, kind));
    expect(stepsUnderWay(node)).toEqual(["start-container/web/0"]);
    node.machine.containers.delete("web");
    node.crash(() => false);
    expect(node.task).toMatchObject({ stop: { code: "EssentialContainerExited" } });
    expect(node.task.containers[0]).toMatchObject({ stage: "ended", reason: expect.stringContaining("lost") });
  });

  test("has a start even where a container's exit is told before its start", () => {
    const node = new SimulatedNode(workloadOf([containerNamed("web")]));
    node.succeed(underWay(node, "attach-network"));
    node.succeed(underWay(node, "create-sandbox"));
    node.succeed(underWay(node, "prepare-image"));
    node.succeed(underWay(node, "create-container"));
    const exit = { container: "web", attempt: 0, exitCode: 3, at: 2_000, outOfMemory: false };
    const { times, phase } = applyOutcome(node.task, { kind: "exited", ...exit }, 3_000);
    expect([phase, times.startedAt, times.stoppingAt]).toEqual(["DEPROVISIONING", 2_000, 2_000]);
  });

  test("tries a refusal that may pass again, and gives up in the end", () => {
    const node = new SimulatedNode(workloadOf([containerNamed("web", { log })]));
    for (let attempt = 0; attempt < 4; attempt += 1) {
      node.fail(underWay(node, "open-log"), false, true);
      expect(node.task.stop).toBeUndefined();
      node.wait();
    }
    node.fail(underWay(node, "open-log"), false, true);
    expect(node.task.stop).toEqual({ code: "TaskFailedToStart", reason: "CannotDoError: open-log" });
    expect(node.task.timeline.filter(({ failure }) => failure !== undefined)).toMatchObject([
      { name: "open log stream", container: "web", failure: "CannotDoError: open-log" },
    ]);
  });

  test("that waits too long for its interface says so", () => {
    const node = new SimulatedNode(workloadOf([containerNamed("web")]));
    node.succeed(underWay(node, "prepare-image"));
    node.wait();
    expect(node.task.stop?.reason).toBe("Timeout waiting for network interface provisioning to complete.");
  });

  test("with dependencies in a circle fails before anything is taken", () => {
    const circle = [
      containerNamed("a", { dependsOn: [{ containerName: "b", condition: "START" }] }),
      containerNamed("b", { dependsOn: [{ containerName: "a", condition: "START" }] }),
    ];
    expect(createTask(workloadOf(circle), "runc", 5)).toMatchObject({
      phase: "STOPPED",
      stop: { code: "TaskFailedToStart" },
    });
  });
});

describe("dependencies", () => {
  test("SUCCESS is met by exit code 0 only", () => {
    const web = containerNamed("web", { dependsOn: [{ containerName: "migrate", condition: "SUCCESS" }] });
    const workload = workloadOf([containerNamed("migrate", { essential: false }), web]);
    const good = launched(workload);
    good.exit("migrate", 0);
    expect(stepsUnderWay(good)).toEqual(["start-container/web/0"]);
    const bad = launched(workload);
    bad.exit("migrate", 4);
    expect(bad.task.stop?.code).toBe("TaskFailedToStart");
    expect(bad.task.stop?.reason).toContain("migrate stopped with exit code 4");
  });

  test("that can never be met end a container that is not essential, and those that wait for it, but not the task", () => {
    const side = { essential: false } as const;
    const node = launched(
      workloadOf([
        containerNamed("main"),
        containerNamed("last", { ...side, dependsOn: [{ containerName: "seed", condition: "COMPLETE" }] }),
        containerNamed("migrate", side),
        containerNamed("seed", { ...side, dependsOn: [{ containerName: "migrate", condition: "SUCCESS" }] }),
      ]),
    );
    expect(node.task.phase).toBe("PENDING");
    node.exit("migrate", 4);
    expect(node.task.phase).toBe("RUNNING");
    expect(node.task.stop).toBeUndefined();
    expect(node.task.containers).toMatchObject([
      { stage: "running" },
      {
        stage: "ended",
        reason: "CannotStartContainerError: container last waits for seed to reach COMPLETE, but seed stopped",
      },
      { stage: "ended", exitCode: 4 },
      { stage: "ended", exitCode: 143, reason: expect.stringContaining("migrate stopped with exit code 4") },
    ]);
  });

  test("a missed startTimeout stops the task", () => {
    const web = containerNamed("web", { startTimeoutSeconds: 3, healthCheck });
    const side = containerNamed("side", { dependsOn: [{ containerName: "web", condition: "HEALTHY" }] });
    const node = launched(workloadOf([web, side]));
    for (let turn = 0; turn < 20 && node.task.stop === undefined; turn += 1) node.wait();
    expect(node.now).toBe(4_000);
    expect(node.task.stop).toMatchObject({ code: "TaskFailedToStart" });
    expect(node.task.stop?.reason).toContain("startTimeout of 3 seconds");
  });

  test("are stopped in reverse", () => {
    const web = containerNamed("web", { dependsOn: [{ containerName: "proxy", condition: "START" }] });
    const node = launched(workloadOf([containerNamed("proxy"), web]));
    node.desireStop();
    expect(stepsUnderWay(node)).toEqual(["stop-container/web/0"]);
    node.succeed(underWay(node, "stop-container"));
    expect(stepsUnderWay(node)).toEqual([]);
    node.exit("web", 0);
    expect(stepsUnderWay(node)).toEqual(["stop-container/proxy/0"]);
  });
});

describe("a stop", () => {
  test("kills after stopTimeout and keeps the first reason", () => {
    const node = launched(workloadOf([containerNamed("web", { stopTimeoutSeconds: 7 })]));
    node.desireStop();
    const signalledAt = node.now;
    node.succeed(underWay(node, "stop-container"));
    node.wait();
    expect(node.now - signalledAt).toBe(7_000);
    node.succeed(underWay(node, "kill-container"));
    expect(node.task.containers[0]).toMatchObject({ exitCode: 137 });
    expect(node.task.stop).toEqual({ code: "UserInitiated", reason: "enough" });
    expect(stepsUnderWay(node)).toEqual(["destroy-sandbox"]);
    node.succeed(underWay(node, "destroy-sandbox"));
    node.succeed(underWay(node, "detach-network"));
    expect(node.phases).toEqual(["PROVISIONING", "PENDING", "RUNNING", "STOPPING", "DEPROVISIONING", "STOPPED"]);
    expect(statusAt(node)).toMatchObject({ attachmentStatus: "DELETED", stopCode: "UserInitiated" });
  });

  test("before anything ran takes nothing and starts nothing", () => {
    const node = new SimulatedNode(workloadOf([containerNamed("web")]));
    node.desireStop();
    node.succeed(underWay(node, "destroy-sandbox"));
    node.succeed(underWay(node, "detach-network"));
    expect(node.task.phase).toBe("STOPPED");
    expect(node.machine.containers.size).toBe(0);
  });

  test("of an essential container stops the task, of another does not", () => {
    const node = launched(workloadOf([containerNamed("web"), containerNamed("side", { essential: false })]));
    node.exit("side", 1);
    expect(node.task.phase).toBe("RUNNING");
    node.exit("web", 0);
    expect(node.task.stop).toEqual({
      code: "EssentialContainerExited",
      reason: "Essential container in task exited",
    });
  });

  test("by the kernel for memory has AWS's reason and exit code 137", () => {
    const node = launched(workloadOf([containerNamed("web")]));
    const exit = { container: "web", attempt: 0, exitCode: 9, at: node.now, outOfMemory: true };
    node.apply({ kind: "exited", ...exit });
    expect(statusAt(node).containers[0]).toMatchObject({
      exitCode: 137,
      reason: "OutOfMemoryError: Container killed due to memory usage",
    });
  });
});

test("a start that is learned of late is no later than the end that is learned of with it", () => {
  const node = new SimulatedNode(workloadOf([containerNamed("web")]));
  for (const kind of ["attach-network", "create-sandbox"] as const) node.succeed(underWay(node, kind));
  node.succeed(underWay(node, "prepare-image", "web"));
  node.succeed(underWay(node, "create-container", "web"));
  const step = { kind: "start-container", container: "web", attempt: 0 } as const;
  expect(stepsUnderWay(node)).toEqual(["start-container/web/0"]);
  const startedAt = node.now + 100;
  node.now += 30_000;
  node.apply({ kind: "succeeded", step, startedAt });
  const exit = { exitCode: 0, at: startedAt + 2_000, outOfMemory: false };
  node.apply({ kind: "exited", container: "web", attempt: 0, ...exit });
  expect(statusAt(node).times).toMatchObject({ startedAt, stoppingAt: exit.at });
});

describe("a container that is gone when the agent comes back", () => {
  test("ends when an agent was last awake, and so is not billed for the time without one", () => {
    const node = launched(workloadOf([containerNamed("web")]));
    const awakeUntil = node.now + 5_000;
    node.now += 60_000;
    node.apply({ kind: "recovered", awakeUntil, network: true, sandbox: true, containers: [] });
    expect(statusAt(node).containers[0]).toMatchObject({ status: "STOPPED", finishedAt: awakeUntil });
  });

  test("ends no sooner than it began, and no later than now", () => {
    for (const [away, ended] of [
      [-60_000, 0],
      [120_000, 60_000],
    ] as const) {
      const node = launched(workloadOf([containerNamed("web")]));
      const { now } = node;
      const startedAt = statusAt(node).containers[0]?.startedAt ?? 0;
      node.now += 60_000;
      node.apply({ kind: "recovered", awakeUntil: now + away, network: true, sandbox: true, containers: [] });
      expect(statusAt(node).containers[0]?.finishedAt).toBe(away < 0 ? startedAt + ended : now + ended);
    }
  });
});

describe("an exit that the container is not to blame for", () => {
  test("has the reason that the node found, also where it is learned after a restart of the agent", () => {
    const exit = { exitCode: 137, at: 5_000, outOfMemory: false, reason: "the sandbox ended: it was killed" };
    const told = launched(workloadOf([containerNamed("web")]));
    told.apply({ kind: "exited", container: "web", attempt: 0, ...exit });
    const found = launched(workloadOf([containerNamed("web")]));
    const containers = [{ name: "web", attempt: 0, state: "exited" as const, exit }];
    found.apply({ kind: "recovered", network: true, sandbox: true, containers });
    for (const node of [told, found])
      expect(statusAt(node).containers[0]).toMatchObject({ exitCode: 137, reason: exit.reason });
  });
});
