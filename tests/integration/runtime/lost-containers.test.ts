import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Workload } from "@fleetless/kernel";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../../packages/node-agent/src/machine/run-command.ts";
import { isolations, Machine, signal, workloadOf } from "./machine.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.create();
});
afterAll(() => machine.close());

const namespace = (): string => `fleetless-${machine.instance}`;
const containerd = (): number => Number(readFileSync(`${machine.directory}/run/runtime/containerd.pid`, "utf8"));

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

const pids = (belongs: (pid: string) => boolean): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && !/\) Z /.test(read(`/proc/${name}/stat`)) && belongs(name))
    .map(Number);

const shimsCalled = (name: string): number[] =>
  pids((pid) => {
    const [program = "", ...rest] = read(`/proc/${pid}/cmdline`).split("\0");
    return /containerd-shim/.test(program) && rest.includes(namespace()) && rest.includes(name);
  });

/** The shim of a task with one container: one of the pool, or the container's own. */
const shimOf = (workload: Workload): number[] => {
  const directory = join(machine.directory, "runtime/sandboxes", workload.id);
  return readdirSync(directory)
    .filter((name) => name.endsWith(".json") && name !== "sandbox.json")
    .flatMap((name) => shimsCalled(JSON.parse(read(join(directory, name))).shimGroup.replace(/^task-/, "")));
};

/** Processes in the control groups of a task. */
const processesOf = (workload: Workload): number[] =>
  pids((pid) => read(`/proc/${pid}/cgroup`).includes(`/${namespace()}/${workload.id}`));

const kill = (ids: readonly number[]): void => {
  for (const id of ids) process.kill(id, "SIGKILL");
};

const create = async (workload: Workload): Promise<void> => {
  const [spec] = workload.containers;
  if (spec === undefined) throw new Error("no container");
  const image = await machine.runtime.prepareImage(spec.image, signal);
  const request = { workload, container: spec, image, attempt: 0, injectedEnvironment: {} };
  await machine.runtime.createContainer(request, signal);
};

describe.each(isolations)("under %s", (isolation) => {
  it("a container whose shim dies together with containerd is told to have been killed, and is", async () => {
    const workload = workloadOf({ isolation, containers: [{ script: "sleep 1000" }] });
    await machine.sandbox(workload);
    await machine.launch(workload);
    const exit = machine.exitOf(workload);
    const shim = shimOf(workload);
    expect(shim).toHaveLength(1);
    kill([containerd(), ...shim]);
    expect(await exit).toMatchObject({ exitCode: 137, reason: expect.stringContaining("killed") });
    expect(processesOf(workload)).toEqual([]);
    await machine.remove(workload);
  });

  it("a container that died before its start is made anew under its name, and its end is told", async () => {
    const workload = workloadOf({ isolation, containers: [{ script: "exit 42" }] });
    await machine.sandbox(workload);
    await create(workload);
    const died = machine.exitOf(workload);
    const waiting = isolation === "runc" ? processesOf(workload) : standIns(workload);
    expect(waiting).toHaveLength(1);
    kill(waiting);
    expect(await died).toMatchObject({ exitCode: 137 });
    const ended = machine.exitOf(workload);
    await create(workload);
    await machine.runtime.startContainer({ workloadId: workload.id, name: "app" }, signal);
    expect(await ended).toMatchObject({ exitCode: 42 });
    await machine.remove(workload);
  });

  it("a command whose start is cut off by the end of containerd is run anew, and its container runs on", async () => {
    const workload = workloadOf({ isolation, containers: [{ script: "sleep 1000" }] });
    await machine.sandbox(workload);
    await machine.launch(workload);
    const [shim] = shimOf(workload);
    for (const milliseconds of [20, 40, 60, 80, 110, 150]) {
      const key = { workloadId: workload.id, name: "app" };
      const ended = machine.runtime.execute(key, ["/bin/sh", "-c", "echo healthy; exit 4"], 20_000);
      ended.catch(() => undefined);
      await sleep(milliseconds);
      const killed = containerd();
      kill([killed]);
      expect(await ended).toEqual({ exitCode: 4, output: "healthy\n" });
      for (const deadline = Date.now() + 20_000; containerd() === killed && Date.now() < deadline; ) await sleep(20);
    }
    expect(shimOf(workload)).toEqual([shim]);
    await machine.remove(workload);
  });
});

it("a container is made though a containerd that was killed over it has left its directory", async () => {
  const workload = workloadOf({ containers: [{ script: "exit 42" }] });
  await machine.sandbox(workload);
  await create(workload);
  const bundles = join(machine.directory, "run/runtime/containerd/io.containerd.runtime.v2.task", namespace());
  const [id = ""] = readdirSync(bundles).filter((name) => name.startsWith(workload.id));
  await machine.runtime.deleteContainer({ workloadId: workload.id, name: "app" });
  expect(existsSync(join(bundles, id))).toBe(false);
  mkdirSync(join(bundles, id, "rootfs"), { recursive: true });
  const ended = machine.exitOf(workload);
  await create(workload).catch(() => create(workload));
  await machine.runtime.startContainer({ workloadId: workload.id, name: "app" }, signal);
  expect(await ended).toMatchObject({ exitCode: 42 });
  await machine.remove(workload);
});

/** gVisor's own kernel of a task. */
const kernelsOf = (workload: Workload): number[] =>
  processesOf(workload).filter((pid) => read(`/proc/${pid}/cmdline`).startsWith("runsc-sandbox"));

it("a sandbox that is lost before anything runs in it is made again, with a network of its own", async () => {
  const workload = workloadOf({
    isolation: "gvisor",
    containers: [
      { name: "app", script: "exit 42" },
      { name: "beside", script: "sleep 1000" },
    ],
  });
  const name = await machine.sandbox(workload);
  const [first, ...others] = kernelsOf(workload);
  expect(others).toEqual([]);
  kill([containerd(), ...shimOf(workload)]);
  for (const _time of [1, 2]) await machine.sandbox(workload);
  expect(machine.restoredNetworks).toEqual([name]);
  const kernels = kernelsOf(workload);
  expect(kernels).toHaveLength(1);
  expect(kernels).not.toContain(first);
  const ended = machine.exitOf(workload);
  await machine.launch(workload);
  expect(await ended).toMatchObject({ exitCode: 42 });
  await machine.remove(workload);
});

it.each([0, 30, 60])("a sandbox killed %i ms after it appeared ends its container as killed", async (milliseconds) => {
  const workload = workloadOf({ isolation: "gvisor", containers: [{ script: "sleep 1000" }] });
  await machine.sandbox(workload);
  await create(workload);
  const ended = machine.exitOf(workload);
  const started = machine.runtime
    .startContainer({ workloadId: workload.id, name: "app" }, signal)
    .catch(() => undefined);
  while (kernelsOf(workload).length === 0) await sleep(1);
  await sleep(milliseconds);
  kill(kernelsOf(workload));
  expect(await ended).toMatchObject({ exitCode: 137 });
  await started;
  await machine.remove(workload);
});

/** Under gVisor a small process stands for a container until it is started. */
const standIns = (workload: Workload): number[] => {
  const directory = join(machine.directory, "runtime/sandboxes", workload.id, "gvisor");
  return readdirSync(directory)
    .filter((name) => name.endsWith(".pid"))
    .map((name) => Number(read(join(directory, name))));
};

it("a shim of which an agent died before it noted it is ended by the next one", async () => {
  const group = "pool-0123456789abcdef";
  const directory = join(machine.directory, "run/runtime/shims/groups", group);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "log"), "");
  writeFileSync(
    join(directory, "config.json"),
    JSON.stringify({ ociVersion: "1.0.2", annotations: { "io.containerd.runc.v2.group": group } }),
  );
  const socket = join(machine.directory, "run/runtime/containerd.sock");
  await runCommand(
    "containerd-shim-runc-v2",
    ["-namespace", namespace(), "-address", socket, "-publish-binary", "containerd", "-id", group, "start"],
    { directory, environment: { TTRPC_ADDRESS: `${socket}.ttrpc`, GRPC_ADDRESS: socket, NAMESPACE: namespace() } },
  );
  expect(shimsCalled(group)).toHaveLength(1);
  await machine.reopen();
  for (const deadline = Date.now() + 20_000; shimsCalled(group).length > 0 && Date.now() < deadline; ) await sleep(50);
  expect(shimsCalled(group)).toEqual([]);
});
