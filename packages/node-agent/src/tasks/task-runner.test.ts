import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger, systemClock, type Workload, type WorkloadId, workloadId } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { TaskJournal } from "../journal/journal.ts";
import { createTaskJournal } from "../journal/sqlite-journal.ts";
import { RuntimeError } from "../runtime/contract.ts";
import { createTaskRunner, type TaskRunner } from "./task-runner.ts";
import { MemoryMachine } from "./testing/memory-machine.ts";
import { MemorySession } from "./testing/memory-session.ts";
import { sampleContainer, sampleNode, sampleWorkload } from "./testing/sample-workload.ts";

// The machine and the control plane are in memory here, since this is where the runner's world ends; the
// journal is the real one. tests/integration runs the same runner on a real machine.

let directory: string;
let machine: MemoryMachine;
let session: MemorySession;
let journal: TaskJournal;
let runner: TaskRunner;

const launchRunner = async (): Promise<void> => {
  journal = createTaskJournal({ directory, logger: silentLogger });
  runner = createTaskRunner({
    session,
    node: sampleNode,
    runtime: machine.runtime,
    network: machine.network,
    logs: machine.logs,
    metadata: machine.metadataEndpoint,
    journal,
    clock: systemClock,
    logger: silentLogger,
  });
  await runner.start();
};

const endRunner = async (): Promise<void> => {
  await runner.stop();
  await journal.close();
};

const untilPhase = (id: WorkloadId, phase: string): Promise<void> =>
  vi.waitFor(() => expect(session.latest(id)?.phase).toBe(phase), { timeout: 4_000, interval: 5 });

const runTask = async (rest: Partial<Workload> = {}): Promise<Workload> => {
  const workload = sampleWorkload(rest);
  session.want(workload);
  await untilPhase(workload.id, "RUNNING");
  return workload;
};

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "fleetless-runner-"));
  machine = new MemoryMachine();
  session = new MemorySession();
  await launchRunner();
});

afterEach(async () => {
  await endRunner();
  rmSync(directory, { recursive: true });
});

describe("a launch", () => {
  test("runs what can run side by side, but no process before the VPC is enforced, and reports RUNNING with its timeline", async () => {
    const held = Promise.withResolvers<void>();
    machine.delays.set("apply", held.promise);
    const workload = sampleWorkload();
    session.want(workload);
    await vi.waitFor(() =>
      expect(machine.calls).toEqual(
        expect.arrayContaining(["prepareImage web:latest", "open web", "createContainer web 0"]),
      ),
    );
    await untilPhase(workload.id, "PROVISIONING");
    expect(machine.calls.some((call) => call.startsWith("startContainer"))).toBe(false);
    expect(session.latest(workload.id)).toMatchObject({ phase: "PROVISIONING", attachmentStatus: "ATTACHING" });
    held.resolve();
    await untilPhase(workload.id, "RUNNING");
    const status = session.latest(workload.id);
    expect(status).toMatchObject({ attachmentStatus: "ATTACHED", connectivity: "CONNECTED", isolation: "runc" });
    expect(status?.containers[0]).toMatchObject({ status: "RUNNING", imageDigest: "sha256:aa" });
    expect(status?.timeline.map((step) => step.name).sort()).toEqual([
      "attach network",
      "create container",
      "create sandbox",
      "open log stream",
      "place",
      "prepare image",
      "start container",
    ]);
    expect(machine.calls).toContain(
      "createSandbox ip-10-0-1-2.ec2.internal 127.0.0.1 localhost\n10.0.1.2 ip-10-0-1-2.ec2.internal\n",
    );
    expect([...machine.metadata]).toEqual([workload.id]);
  });

  test("that cannot pull stops in ECS's words and gives everything back", async () => {
    machine.failures.set("prepareImage", new RuntimeError("CannotPullContainerError", "no such host"));
    const workload = sampleWorkload();
    session.want(workload);
    await untilPhase(workload.id, "STOPPED");
    const status = session.latest(workload.id);
    expect(status).toMatchObject({
      stopCode: "TaskFailedToStart",
      stoppedReason: "CannotPullContainerError: no such host",
      attachmentStatus: "DELETED",
    });
    expect(status?.containers[0]).toMatchObject({ reason: "CannotPullContainerError: no such host" });
    expect(machine.namespaces.size + machine.sandboxes.size + machine.openLogs.size).toBe(0);
  });
});

describe("a running task", () => {
  test("stops with the image's signal when that is desired, and is forgotten once its record is removed", async () => {
    const workload = await runTask();
    session.stopTask(workload.id);
    await untilPhase(workload.id, "STOPPED");
    expect(machine.calls).toContain("signalContainer web SIGQUIT");
    expect(session.latest(workload.id)).toMatchObject({ stopCode: "UserInitiated", observedRevision: 2 });
    expect(session.latest(workload.id)?.containers[0]).toMatchObject({ exitCode: 143 });
    expect(journal.read()).toHaveLength(1);
    expect(machine.metadata.size).toBe(0);
    session.forget(workload.id);
    await vi.waitFor(() => expect(journal.read()).toEqual([]));
    expect(runner.tasks()).toEqual([]);
  });

  test("whose record is gone is stopped and forgotten", async () => {
    const workload = await runTask();
    session.forget(workload.id);
    await vi.waitFor(() => expect(journal.read()).toEqual([]));
    expect(machine.containers.size + machine.namespaces.size).toBe(0);
    expect(session.latest(workload.id)?.phase).toBe("STOPPED");
  });

  test("starts a dependent once its dependency is HEALTHY, without waiting for the interval", async () => {
    const healthCheck = {
      command: ["CMD-SHELL", "true"],
      intervalSeconds: 30,
      timeoutSeconds: 5,
      retries: 3,
      startPeriodSeconds: 0,
    };
    const containers = [
      sampleContainer("web", { healthCheck }),
      sampleContainer("sidecar", { dependsOn: [{ containerName: "web", condition: "HEALTHY" }] }),
    ];
    const workload = await runTask({ containers });
    expect(session.latest(workload.id)?.healthStatus).toBe("HEALTHY");
    const order = machine.calls.filter((call) => /^(startContainer|execute|createContainer sidecar)/.test(call));
    expect(order.indexOf("startContainer sidecar")).toBeGreaterThan(order.indexOf("execute web"));
    expect(order.indexOf("createContainer sidecar 0")).toBeLessThan(order.indexOf("execute web"));
  });

  test("whose container ends before its start is told still has its exit code", async () => {
    machine.shortLived.set("web", 3);
    const workload = sampleWorkload();
    session.want(workload);
    await untilPhase(workload.id, "STOPPED");
    expect(session.latest(workload.id)).toMatchObject({ stopCode: "EssentialContainerExited" });
    expect(session.latest(workload.id)?.containers[0]).toMatchObject({ exitCode: 3, status: "STOPPED" });
  });
});

describe("a journal that cannot be written", () => {
  test("holds every step back until it can, and breaks nothing", async () => {
    const write = vi.spyOn(journal, "write").mockImplementationOnce(() => {
      throw new Error("database or disk is full");
    });
    const workload = sampleWorkload();
    session.want(workload);
    await vi.waitFor(() => expect(write).toHaveBeenCalledTimes(1));
    await systemClock.sleep(50);
    expect(machine.calls.filter((call) => !call.startsWith("apply"))).toEqual([]);
    await untilPhase(workload.id, "RUNNING");
  });
});

describe("a control plane that is away", () => {
  test("leaves tasks running, and hears of what happened when it is back", async () => {
    const workload = await runTask();
    session.away = true;
    session.changed();
    machine.exit({ workloadId: workload.id, name: "web" }, 9);
    await vi.waitFor(() => expect(machine.namespaces.size).toBe(0));
    expect(session.latest(workload.id)?.phase).toBe("RUNNING");
    session.away = false;
    await untilPhase(workload.id, "STOPPED");
    expect(session.registered).toBeGreaterThan(1);
    const sequences = session.reports.map((status) => status.sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
  });
});

describe("a restart of the agent", () => {
  test("adopts running containers without touching them", async () => {
    const workload = await runTask();
    await endRunner();
    machine.calls.length = 0;
    await launchRunner();
    await vi.waitFor(() => expect(machine.calls).toContain("open web"));
    await vi.waitFor(() => expect(session.registered).toBe(2));
    expect(machine.calls.filter((call) => !call.startsWith("apply"))).toEqual(["open web"]);
    session.stopTask(workload.id);
    await untilPhase(workload.id, "STOPPED");
  });

  test("learns of exits meanwhile, with their code and time", async () => {
    const workload = await runTask();
    await endRunner();
    machine.exit({ workloadId: workload.id, name: "web" }, 1, true);
    const at = machine.containers.get(`${workload.id}/web`)?.exit?.at;
    await systemClock.sleep(5);
    await launchRunner();
    await untilPhase(workload.id, "STOPPED");
    expect(session.latest(workload.id)?.containers[0]).toMatchObject({
      exitCode: 137,
      finishedAt: at,
      reason: "OutOfMemoryError: Container killed due to memory usage",
    });
  });

  test("finishes a task that was half launched", async () => {
    machine.delays.set("startContainer", new Promise(() => undefined));
    const workload = sampleWorkload();
    session.want(workload);
    await vi.waitFor(() => expect(machine.calls).toContain("startContainer web"));
    // The runner is left as kill -9 leaves it: its step never ends and it is never told to stop.
    const abandoned = { runner, journal };
    machine.delays.delete("startContainer");
    await launchRunner();
    await untilPhase(workload.id, "RUNNING");
    expect(machine.calls.filter((call) => call.startsWith("startContainer"))).toHaveLength(2);
    void abandoned.runner.stop();
  });

  test("removes what is in no journal", async () => {
    await endRunner();
    const stray = workloadId("00000000000000000000000000000000");
    machine.sandboxes.add(stray);
    machine.namespaces.add(stray);
    await launchRunner();
    await vi.waitFor(() => expect(machine.sandboxes.size + machine.namespaces.size).toBe(0));
  });

  test("keeps a stopped task's end until its record is removed", async () => {
    const workload = await runTask();
    session.stopTask(workload.id);
    await untilPhase(workload.id, "STOPPED");
    const end = session.latest(workload.id);
    await endRunner();
    await launchRunner();
    await vi.waitFor(() => expect(session.registered).toBe(2));
    await systemClock.sleep(50);
    expect(session.latest(workload.id)?.times).toEqual(end?.times);
    expect(runner.tasks().map((task) => task.phase)).toEqual(["STOPPED"]);
  });
});
