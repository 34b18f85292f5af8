import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../../packages/node-agent/src/machine/run-command.ts";
import { isolations, Machine, workloadOf } from "./machine.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.create();
});
afterAll(() => machine.close());

/** Grows by doubling until something stops it. */
const eatMemory = "x=0123456789abcdef; while :; do x=$x$x; done";

describe.each(isolations)("limits under %s", (isolation) => {
  it("kills a container that takes more memory than it may, and says so", async () => {
    const ended = await machine.runOne({ isolation, memoryMiB: 512, script: `exec /bin/sh -c '${eatMemory}'` });
    expect(ended).toMatchObject({ exitCode: 137, outOfMemory: true });
  });

  it("kills a container that takes more than its own share, and leaves the others alone", async () => {
    const restartPolicy = { ignoredExitCodes: [], restartAttemptPeriodSeconds: 60 };
    const workload = workloadOf({
      isolation,
      memoryMiB: 1024,
      containers: [
        { name: "quiet", script: "sleep 60" },
        { name: "hungry", memoryMiB: 64, restartPolicy, script: eatMemory },
      ],
    });
    await machine.sandbox(workload);
    const hungry = machine.exitOf(workload, "hungry");
    await machine.launch(workload, "quiet");
    await machine.launch(workload, "hungry");
    expect(await hungry).toMatchObject({ exitCode: 137, outOfMemory: true });
    const alive = await machine.runtime.execute(
      { workloadId: workload.id, name: "quiet" },
      ["/bin/echo", "alive"],
      5000,
    );
    expect(alive.output).toBe("alive\n");
    await machine.remove(workload);
  });

  it("does not call a plain failure a want of memory", async () => {
    expect(await machine.runOne({ isolation, script: "/bin/sh -c 'kill -9 $$'; exit $?" })).toMatchObject({
      exitCode: 137,
      outOfMemory: false,
    });
  });

  it("holds a task to its CPU units", async () => {
    const workload = workloadOf({ isolation, cpuUnits: 256, containers: [{ script: "while :; do :; done" }] });
    await machine.sandbox(workload);
    await machine.launch(workload);
    const cpu = async (): Promise<number> => (await machine.runtime.usage(workload.id))[0]?.cpuNanoseconds ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [before, began] = [await cpu(), performance.now()];
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const share = ((await cpu()) - before) / 1e6 / (performance.now() - began);
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.35);
    await machine.remove(workload);
  });

  it("stops writing at the size of the ephemeral storage, of which the image takes its part", async () => {
    const workload = workloadOf({
      isolation,
      storageGiB: 1,
      containers: [
        { script: "sleep 0.5; dd if=/dev/zero of=/big bs=1M count=1100 2>&1 | grep -o 'No space left on device'" },
      ],
    });
    await machine.sandbox(workload);
    const exit = machine.exitOf(workload);
    await machine.launch(workload);
    await exit;
    expect(await machine.output(workload)).toContain("No space left on device");
    const { usedMiB, reservedMiB } = await machine.runtime.storageUsage(workload.id);
    expect(reservedMiB).toBe(1024);
    expect(usedMiB).toBeGreaterThan(900);
    await machine.remove(workload);
  });
});

it("stops a fork bomb at the task's processes under runc", async () => {
  const ended = await machine.runOne({
    memoryMiB: 4096,
    script: "i=0; while [ $i -lt 5000 ]; do sleep 30 & i=$((i + 1)); done 2>&1 | head -1; exit 0",
  });
  expect(ended.output).toMatch(/can't fork|Resource temporarily unavailable/);
});

it("counts CPU time for the container that uses it under gVisor too", async () => {
  const containers = [
    { name: "busy", script: "while :; do :; done" },
    { name: "idle", script: "sleep 60" },
  ];
  const workload = workloadOf({ isolation: "gvisor", containers });
  await machine.sandbox(workload);
  for (const { name } of containers) await machine.launch(workload, name);
  const cpu = async (): Promise<readonly number[]> =>
    (await machine.runtime.usage(workload.id)).map(({ cpuNanoseconds }) => cpuNanoseconds);
  const [busyBefore = 0, idleBefore = 0] = await cpu();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const [busy = 0, idle = 0] = await cpu();
  expect(busy - busyBefore).toBeGreaterThan(200e6);
  expect((idle - idleBefore) / (busy - busyBefore)).toBeLessThan(0.2);
  await machine.remove(workload);
});

describe("a sandbox of gVisor that ends under its containers", () => {
  const bomb = "i=0; while :; do sleep 30 & i=$((i + 1)); done";
  const restartPolicy = { ignoredExitCodes: [], restartAttemptPeriodSeconds: 60 };
  const ofIsolation = { isolation: "gvisor", memoryMiB: 8192 } as const;

  it.each([
    ["alone", [{ script: bomb }]],
    [
      "beside another",
      [
        { restartPolicy, script: bomb },
        { name: "beside", restartPolicy, script: "sleep 60" },
      ],
    ],
  ])("by a fork bomb %s says so, and reaches the limit of the task and not the machine", async (_where, containers) => {
    const workload = workloadOf({ ...ofIsolation, containers });
    await machine.sandbox(workload);
    const exits = workload.containers.map(({ name }) => machine.exitOf(workload, name));
    for (const { name } of workload.containers.toReversed()) await machine.launch(workload, name);
    let most = 0;
    const watch = setInterval(async () => {
      const usages = await machine.runtime.usage(workload.id);
      most = Math.max(
        most,
        usages.reduce((sum, { pids }) => sum + pids, 0),
      );
    }, 50);
    for (const exit of await Promise.all(exits))
      expect(exit).toMatchObject({
        exitCode: 137,
        outOfMemory: false,
        reason: "the sandbox ended: the task has more processes than its limit allows",
      });
    clearInterval(watch);
    expect(most).toBeGreaterThan(500);
    expect(most).toBeLessThanOrEqual(4096);
    await machine.remove(workload);
  });

  it("by somebody who kills it says that", async () => {
    const containers = ["one", "two"].map((name) => ({ name, restartPolicy, script: "sleep 60" }));
    const workload = workloadOf({ ...ofIsolation, containers });
    await machine.sandbox(workload);
    const exits = workload.containers.map(({ name }) => machine.exitOf(workload, name));
    for (const { name } of workload.containers) await machine.launch(workload, name);
    const { stdout } = await runCommand("ps", ["-eo", "pid,args"]);
    const sandbox = stdout.split("\n").find((line) => / runsc-sandbox /.test(line) && line.includes(workload.id));
    process.kill(Number.parseInt(sandbox ?? "", 10), "SIGKILL");
    for (const exit of await Promise.all(exits))
      expect(exit).toMatchObject({ exitCode: 137, reason: "the sandbox ended: its process was killed" });
    await machine.remove(workload);
  });

  it("is not what a container's own failure is taken for", async () => {
    const ended = await machine.runOne({ isolation: "gvisor", script: "echo 'panic: mine' >&2; exit 2" });
    expect(ended.exitCode).toBe(2);
    expect(ended.reason).toBeUndefined();
  });
});

it("refuses what Fargate refuses, by name", async () => {
  const linux = { initProcessEnabled: false, capabilitiesAdd: ["SYS_ADMIN"], capabilitiesDrop: [], tmpfs: [] };
  await expect(machine.runOne({ linux, script: "true" })).rejects.toMatchObject({
    name: "CannotCreateContainerError",
    message: expect.stringContaining("SYS_ADMIN"),
  });
  const systemControls = [{ namespace: "kernel.core_pattern", value: "|/bin/sh" }];
  await expect(machine.runOne({ systemControls, script: "true" })).rejects.toMatchObject({
    message: expect.stringContaining("kernel.core_pattern"),
  });
});
