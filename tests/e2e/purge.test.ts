import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { importBusybox } from "./support/busybox-image.ts";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { leftBehind, machineSnapshot, shimSockets } from "./support/machine.ts";
import { Tasks } from "./support/tasks.ts";

const killAll = (pids: readonly number[]): void => {
  for (const pid of pids) process.kill(pid, "SIGKILL");
};

const argumentsOf = (pid: string): string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
};

/** Processes that have the text among their arguments. */
const processesWith = (text: string): number[] =>
  readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && argumentsOf(entry).includes(text))
    .map(Number);

const ruins: Readonly<Record<string, (instance: FleetlessInstance) => Promise<void>>> = {
  "while it runs": async () => undefined,
  "after kill -9": (instance) => instance.kill(),
  "after kill -9 of containerd and every shim": async (instance) => {
    const state = join(instance.dataDirectory, "node/state/runtime");
    await instance.kill();
    killAll([...processesWith(`${state}/containerd.toml`), ...processesWith(`${state}/containerd.sock`)]);
  },
  "after its records were damaged": async (instance) => {
    await instance.kill();
    execFileSync("find", [
      join(instance.dataDirectory, "node"),
      "-name",
      "*.json",
      "-exec",
      "truncate",
      "-s1",
      "{}",
      "+",
    ]);
  },
  "after its data directory was deleted under it": async (instance) => {
    try {
      rmSync(instance.dataDirectory, { recursive: true, force: true });
    } catch {
      // What is mounted in it cannot be removed, the rest is gone.
    }
  },
};

const cases = ["runc", "gvisor"].flatMap((isolation) => Object.keys(ruins).map((ruin) => ({ isolation, ruin })));

test.each(cases)("down --purge leaves the machine as it was, under $isolation $ruin", async ({ isolation, ruin }) => {
  const before = await machineSnapshot();
  const instance = await createInstance();
  await instance.up("--isolation", isolation);
  await importBusybox(instance);
  const tasks = new Tasks(instance);
  await tasks.prepare();
  const containers = [
    { name: "one", command: ["sleep", "1000"] },
    { name: "two", command: ["sleep", "1000"] },
  ];
  await tasks.run("stays", containers, "RUNNING");
  expect(leftBehind(before, await machineSnapshot(), instance.dataDirectory).length).toBeGreaterThan(20);
  const sockets = shimSockets(instance.dataDirectory);
  expect(sockets).not.toEqual([]);
  await ruins[ruin]?.(instance);
  await instance.purge();
  expect(existsSync(instance.dataDirectory)).toBe(false);
  expect(leftBehind(before, await machineSnapshot(), instance.dataDirectory)).toEqual([]);
  expect(sockets.filter((path) => existsSync(path))).toEqual([]);
  await instance.purge();
});

test("two instances with equal VPCs run side by side and do not meet", async () => {
  const [one, two] = await Promise.all([createInstance(), createInstance()]);
  try {
    await Promise.all([one.up(), two.up()]);
    await Promise.all([importBusybox(one), importBusybox(two)]);
    const [tasksOfOne, tasksOfTwo] = [new Tasks(one), new Tasks(two)];
    await Promise.all([tasksOfOne.prepare(), tasksOfTwo.prepare()]);
    const containers = [{ name: "web", command: ["httpd", "-f", "-p", "80", "-h", "/www"] }];
    const web = await tasksOfOne.run("web", containers, "RUNNING");
    const { privateAddress } = await tasksOfOne.addresses(web);
    const command = ["sh", "-c", `timeout 2 wget -q -O - http://${privateAddress}/ || echo alone`];
    const visitor = await tasksOfTwo.run("visitor", [{ name: "main", command }], "STOPPED");
    expect((await tasksOfTwo.untilLine(visitor, /hello|alone/)).at(-1)).toBe("alone");
    await two.purge();
    expect((await tasksOfOne.describe(web.taskArn ?? "")).lastStatus).toBe("RUNNING");
  } finally {
    await Promise.allSettled([one.purge(), two.purge()]);
  }
});
