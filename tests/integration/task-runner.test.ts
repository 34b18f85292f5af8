import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger, systemClock, type Workload, type WorkloadId } from "@fleetless/kernel";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { TaskJournal } from "../../packages/node-agent/src/journal/journal.ts";
import { createTaskJournal } from "../../packages/node-agent/src/journal/sqlite-journal.ts";
import type { LogRouter } from "../../packages/node-agent/src/logs/contract.ts";
import type { MetadataEndpoint } from "../../packages/node-agent/src/metadata/contract.ts";
import {
  type CreatedContainerRuntime,
  createContainerRuntime,
} from "../../packages/node-agent/src/runtime/create-runtime.ts";
import { buildImageLayout } from "../../packages/node-agent/src/runtime/images/build-layout.ts";
import { createTaskRunner, type TaskRunner } from "../../packages/node-agent/src/tasks/task-runner.ts";
import { MemorySession } from "../../packages/node-agent/src/tasks/testing/memory-session.ts";
import {
  sampleContainer,
  sampleNode,
  sampleWorkload,
} from "../../packages/node-agent/src/tasks/testing/sample-workload.ts";
import { allTraffic, group, interfaceIn, NetworkFixture, vpcWith } from "./network/fixture.ts";

// The task runner on the real runtime and the real network of this machine. No container here has a log
// configuration, and none asks for metadata: those rooms have tests of their own.

const image = "fleetless.test/busybox:latest";
const applets = ["sh", "sleep", "httpd", "cat", "wget", "test", "hostname", "trap", "true", "false"];

const unusedLogs: LogRouter = {
  open: async () => {
    throw new Error("no container of this test has a log configuration");
  },
  drain: async () => undefined,
  close: async () => undefined,
};
const silentMetadata: MetadataEndpoint = { environment: () => ({}), update: () => undefined, forget: () => undefined };

const network = new NetworkFixture();
const open = group([allTraffic]);
const vpc = vpcWith([open]);
let lastAddress = 20;
let directory: string;
let session: MemorySession;
let runtime: CreatedContainerRuntime;
let journal: TaskJournal;
let runner: TaskRunner;

const startAgent = async (): Promise<void> => {
  runtime = await createContainerRuntime({
    dataDirectory: directory,
    stateDirectory: join(directory, "run"),
    instance: network.instance,
    isolation: "runc",
    clock: systemClock,
    logger: silentLogger,
    readyVolumes: 1,
  });
  journal = createTaskJournal({ directory: join(directory, "journal"), logger: silentLogger });
  runner = createTaskRunner({
    session,
    node: sampleNode,
    runtime,
    network: network.network,
    logs: unusedLogs,
    metadata: silentMetadata,
    journal,
    clock: systemClock,
    logger: silentLogger,
  });
  await runner.start();
};

const stopAgent = async (purge: boolean): Promise<void> => {
  await runner.stop();
  await journal.close();
  await runtime.close({ purge });
};

const shell = (name: string, script: string, rest: Parameters<typeof sampleContainer>[1] = {}) => {
  const { log: _log, ...container } = sampleContainer(name, { image, command: ["sh", "-c", script], ...rest });
  return container;
};

const newWorkload = (rest: Partial<Workload>): Workload => {
  lastAddress += 1;
  return sampleWorkload({
    networkInterface: interfaceIn(vpc, `10.0.1.${lastAddress}`, [open]),
    isolation: "runc",
    ...rest,
  });
};

const untilPhase = (id: WorkloadId, phase: string): Promise<void> =>
  vi.waitFor(() => expect(session.latest(id)?.phase).toBe(phase), { timeout: 20_000, interval: 5 });

const runTask = async (rest: Partial<Workload>): Promise<Workload> => {
  const workload = newWorkload(rest);
  session.want(workload);
  await untilPhase(workload.id, "RUNNING");
  return workload;
};

const serve = "trap 'exit 0' TERM; while true; do sleep 0.05; done";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "fleetless-runner-"));
  session = new MemorySession([vpc]);
  await network.open();
  await startAgent();
  const layout = join(directory, "layout");
  await buildImageLayout({
    directory: layout,
    reference: image,
    files: [
      { path: "bin/busybox", mode: 0o755, sourcePath: "/bin/busybox" },
      ...applets.map((applet) => ({ path: `bin/${applet}`, mode: 0o777, linkTo: "busybox" })),
    ],
    config: { Cmd: ["sh"], Env: ["PATH=/bin"], WorkingDir: "/" },
  });
  await runtime.importImage(layout);
});

afterAll(async () => {
  try {
    await stopAgent(true);
  } finally {
    await network.dispose();
    await rm(directory, { recursive: true, force: true });
  }
});

test("runs, orders, checks and stops a task of two containers", async () => {
  const web = shell("web", `hostname > /name; ${serve}`, {
    healthCheck: {
      command: ["CMD-SHELL", "test -s /name && cat /name /etc/hosts"],
      intervalSeconds: 30,
      timeoutSeconds: 5,
      retries: 3,
      startPeriodSeconds: 0,
    },
  });
  const side = shell("side", serve, { dependsOn: [{ containerName: "web", condition: "HEALTHY" }] });
  const workload = await runTask({ containers: [web, side] });
  const running = session.latest(workload.id);
  const { privateAddress, privateDnsName } = workload.networkInterface;
  expect(running).toMatchObject({ healthStatus: "HEALTHY", attachmentStatus: "ATTACHED", isolation: "runc" });
  expect(running?.containers[0]?.healthOutput).toContain(`${privateDnsName}\n127.0.0.1 localhost\n${privateAddress}`);
  const [first, second] = running?.containers ?? [];
  expect(second?.startedAt).toBeGreaterThanOrEqual(first?.healthSince ?? Number.POSITIVE_INFINITY);
  session.stopTask(workload.id);
  await untilPhase(workload.id, "STOPPED");
  const stopped = session.latest(workload.id);
  expect(stopped?.containers.map((container) => container.exitCode)).toEqual([0, 0]);
  const [webEnd, sideEnd] = stopped?.containers.map((container) => container.finishedAt ?? 0) ?? [];
  expect(sideEnd).toBeLessThanOrEqual(webEnd ?? 0);
  expect(await runtime.find()).toEqual({ sandboxes: [], containers: [] });
  expect(await network.network.find()).toEqual([]);
});

test("goes through a restart of the agent: the same process, and the end of one that ended meanwhile", async () => {
  const lasting = await runTask({ containers: [shell("web", serve)] });
  const ending = await runTask({ containers: [shell("web", "sleep 0.5; exit 42")] });
  const before = session.latest(lasting.id)?.containers[0];
  await stopAgent(false);
  await systemClock.sleep(700);
  const restartedAt = systemClock.now();
  await startAgent();
  await untilPhase(ending.id, "STOPPED");
  const end = session.latest(ending.id);
  expect(end).toMatchObject({ stopCode: "EssentialContainerExited" });
  expect(end?.containers[0]?.exitCode).toBe(42);
  expect(end?.containers[0]?.finishedAt).toBeLessThan(restartedAt);
  expect(runner.tasks().find((task) => task.workload.id === lasting.id)?.phase).toBe("RUNNING");
  expect(session.latest(lasting.id)?.containers[0]).toEqual(before);
  session.stopTask(lasting.id);
  await untilPhase(lasting.id, "STOPPED");
});

test("kills what does not stop, and restarts what its policy says", async () => {
  const stubborn = await runTask({
    containers: [shell("web", "trap '' TERM; while true; do sleep 0.1; done", { stopTimeoutSeconds: 2 })],
  });
  session.stopTask(stubborn.id);
  const restarting = await runTask({
    containers: [
      shell("web", serve),
      shell("side", "sleep 1.2; exit 1", {
        essential: false,
        restartPolicy: { ignoredExitCodes: [], restartAttemptPeriodSeconds: 1 },
      }),
    ],
  });
  await vi.waitFor(() => expect(session.latest(restarting.id)?.containers[1]?.restartCount).toBeGreaterThan(0), 10_000);
  await untilPhase(stubborn.id, "STOPPED");
  expect(session.latest(stubborn.id)?.containers[0]?.exitCode).toBe(137);
  session.stopTask(restarting.id);
  await untilPhase(restarting.id, "STOPPED");
});

test("fails a task whose image cannot be had, and leaves nothing", async () => {
  const { log: _log, ...missing } = sampleContainer("web", { image: "127.0.0.1:1/none:latest" });
  const workload = newWorkload({ containers: [missing] });
  session.want(workload);
  await untilPhase(workload.id, "STOPPED");
  expect(session.latest(workload.id)?.stopCode).toBe("TaskFailedToStart");
  expect(session.latest(workload.id)?.stoppedReason).toMatch(/^CannotPullContainerError: /);
  expect(await network.network.find()).toEqual([]);
});

test("removes what no journal knows", async () => {
  const stray = newWorkload({ containers: [] });
  await network.network.attach(stray.id, stray.networkInterface, new AbortController().signal);
  await stopAgent(false);
  await startAgent();
  await vi.waitFor(async () => expect(await network.network.find()).toEqual([]), 5_000);
});
