import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../../packages/node-agent/src/machine/run-command.ts";
import { isolations, Machine, signal, workloadOf } from "./machine.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.create();
});
afterAll(() => machine.close());

const containerd = (): number => Number(readFileSync(`${machine.directory}/run/runtime/containerd.pid`, "utf8"));

describe.each(isolations)("a restart of the agent under %s", (isolation) => {
  it("finds what runs, what has ended meanwhile with its true code and time, and what was only made", async () => {
    const restartPolicy = { ignoredExitCodes: [], restartAttemptPeriodSeconds: 60 };
    const workload = workloadOf({
      isolation,
      containers: [
        { name: "long", restartPolicy, script: "i=0; while :; do echo $i; i=$((i + 1)); sleep 0.1; done" },
        { name: "short", restartPolicy, script: "sleep 0.5; echo last words; exit 42" },
        { name: "made", restartPolicy, script: "echo began" },
      ],
    });
    const before = containerd();
    await machine.sandbox(workload);
    await machine.launch(workload, "long");
    await machine.launch(workload, "short");
    const made = workload.containers[2];
    if (made === undefined) throw new Error("no third container");
    const image = await machine.runtime.prepareImage(made.image, signal);
    await machine.runtime.createContainer(
      { workload, container: made, image, attempt: 0, injectedEnvironment: {} },
      signal,
    );
    await machine.runtime.close({ purge: false });
    const closedAt = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await machine.reopen();
    expect(containerd()).toBe(before);
    const { sandboxes, containers } = await machine.runtime.find();
    expect(sandboxes).toContain(workload.id);
    const found = (name: string) =>
      containers.find((container) => container.workloadId === workload.id && container.name === name);
    expect(found("long")).toMatchObject({ state: "running", attempt: 0, startedAt: expect.any(Number) });
    expect(found("made")).toMatchObject({ state: "created" });
    expect(found("short")).toMatchObject({ state: "exited", exit: { exitCode: 42, outOfMemory: false } });
    expect(found("short")?.exit?.at).toBeLessThan(closedAt + 1200);
    expect(await machine.output(workload, "short")).toBe("last words\n");
    const lines = (await machine.output(workload, "long")).trim().split("\n").map(Number);
    expect(lines.length).toBeGreaterThan(10);
    expect(lines).toEqual(lines.map((_, position) => position));
    const exit = machine.exitOf(workload, "made");
    await machine.runtime.startContainer({ workloadId: workload.id, name: "made" }, signal);
    expect(await exit).toMatchObject({ exitCode: 0 });
    const ended = machine.exitOf(workload, "long");
    await machine.runtime.signalContainer({ workloadId: workload.id, name: "long" }, "SIGKILL");
    expect(await ended).toMatchObject({ exitCode: 137 });
    await machine.remove(workload);
  });

  it("may repeat every call", async () => {
    const workload = workloadOf({ isolation, containers: [{ script: "sleep 30" }] });
    const key = { workloadId: workload.id, name: "app" };
    await machine.sandbox(workload);
    const request = {
      workload,
      networkNamespacePath: `/run/netns/rt-${workload.id.slice(0, 12)}`,
      hostname: "ip-10-0-0-4",
      resolvConf: "",
      hosts: "",
      restoreNetwork: async () => undefined,
    };
    await machine.runtime.createSandbox(request, signal);
    await machine.launch(workload);
    await machine.launch(workload);
    for (let time = 0; time < 2; time += 1) await machine.runtime.deleteContainer(key);
    for (let time = 0; time < 2; time += 1) await machine.runtime.destroySandbox(workload.id);
    await machine.remove(workload);
  });

  it("leaves no process, mount, control group, loop device or file of a task", async () => {
    const workload = workloadOf({
      isolation,
      containers: [
        { name: "one", script: "sleep 30" },
        { name: "two", script: "sleep 30" },
      ],
    });
    await machine.sandbox(workload);
    await machine.launch(workload, "one");
    await machine.launch(workload, "two");
    await machine.remove(workload);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { stdout: processes } = await runCommand("ps", ["-eo", "args"]);
    expect(processes).not.toContain(workload.id);
    expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(workload.id);
    const { stdout: groups } = await runCommand("find", ["/sys/fs/cgroup", "-name", `${workload.id}*`]);
    expect(groups).toBe("");
    const { stdout: files } = await runCommand("find", [machine.directory, "-name", `*${workload.id}*`]);
    expect(files).toBe("");
  });
});

it("carries on when containerd itself dies", async () => {
  const workload = workloadOf({ containers: [{ script: "sleep 4; exit 6" }] });
  await machine.sandbox(workload);
  await machine.launch(workload);
  process.kill(containerd(), "SIGKILL");
  await machine.reopen();
  const exit = machine.exitOf(workload);
  const { containers } = await machine.runtime.find();
  expect(containers.find((container) => container.workloadId === workload.id)?.state).toBe("running");
  expect(await exit).toMatchObject({ exitCode: 6 });
  await machine.remove(workload);
});

it("starts containerd again when it dies, and goes on with what runs and what is to come", async () => {
  const running = workloadOf({ containers: [{ script: "sleep 2; exit 6" }] });
  await machine.sandbox(running);
  await machine.launch(running);
  const exit = machine.exitOf(running);
  process.kill(containerd(), "SIGKILL");
  expect(await machine.runOne({ script: "echo still here" })).toMatchObject({ exitCode: 0, output: "still here\n" });
  expect(await exit).toMatchObject({ exitCode: 6 });
  await machine.remove(running);
});

it("does without ready shims that have died", async () => {
  const { stdout } = await runCommand("ps", ["-eo", "pid,args"]);
  for (const line of stdout.split("\n"))
    if (line.includes(`-namespace fleetless-${machine.instance} -id pool-`))
      process.kill(Number.parseInt(line, 10), "SIGKILL");
  expect(await machine.runOne({ script: "exit 3" })).toMatchObject({ exitCode: 3 });
});

it("leaves nothing at all when it is closed for good", async () => {
  const other = await Machine.create();
  const workload = workloadOf({ containers: [{ script: "sleep 30" }] });
  await other.sandbox(workload);
  await other.launch(workload);
  const { directory, instance } = other;
  await other.close();
  const { stdout: processes } = await runCommand("ps", ["-eo", "args"]);
  expect(processes).not.toContain(directory);
  expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(directory);
  expect((await runCommand("losetup", ["-a"])).stdout).not.toContain(directory);
  expect((await runCommand("find", ["/sys/fs/cgroup", "-name", `fleetless-${instance}`])).stdout).toBe("");
  expect(existsSync(directory)).toBe(false);
});
