import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Task } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { importBusybox } from "./support/busybox-image.ts";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { Tasks } from "./support/tasks.ts";

interface CostRow {
  readonly key: string;
  readonly tasks: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly usage: { readonly seconds: number; readonly vcpuSeconds: number };
}

interface CostReport {
  readonly rows: readonly CostRow[];
  readonly total: CostRow;
}

interface Advice {
  readonly family: string;
  readonly tasks: number;
  readonly memoryPeakMiB: number;
}

/** How far two clocks may lie apart, with what lies between a write and a process's end on a busy machine. */
const tolerance = 1_500;

let instance: FleetlessInstance;
let tasks: Tasks;
const up = (): Promise<void> => instance.up("--isolation", "runc");

beforeEach(async () => {
  instance = await createInstance();
  await up();
});

afterEach(() => instance.purge());

/** The kernel's own clock, which containers read too. */
const uptime = (): number => Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1_000;

/** Times that a container wrote itself, as milliseconds since the Unix epoch. */
const ownTimes = async (task: Task): Promise<{ readonly began: number; readonly ended: number }> => {
  const lines = await tasks.untilLine(task, /^ended /);
  const booted = Date.now() - uptime();
  const at = (word: string): number => {
    const found = lines.filter((line) => line.startsWith(`${word} `));
    expect(found).toHaveLength(1);
    return booted + Number(found[0]?.split(" ")[1]) * 1_000;
  };
  return { began: at("began"), ended: at("ended") };
};

const idOf = (task: Task): string => task.taskArn?.split("/").at(-1) ?? "";

test("every task is billed once, for the time that its container tells itself, over kill -9 at random", async () => {
  await importBusybox(instance);
  tasks = new Tasks(instance);
  await tasks.prepare();
  const started: { readonly task: Task; readonly askedAt: number }[] = [];
  for (let round = 0; round < 3; round += 1) {
    const script = `echo began $(cat /proc/uptime); sleep ${1 + Math.random() * 5}; echo ended $(cat /proc/uptime)`;
    const definition = await tasks.register(`metered-${round}`, [{ name: "main", command: ["sh", "-c", script] }]);
    const askedAt = Date.now();
    const tags = [{ key: "round", value: String(round) }];
    for (const task of await tasks.start(definition, { count: 3, tags })) started.push({ task, askedAt });
    await sleep(Math.random() * 3_000);
    await instance.kill();
    await sleep(Math.random() * 2_000);
    await up();
  }
  for (const { task } of started) await tasks.until(task.taskArn ?? "", "STOPPED");

  const report = await instance.json<CostReport>("cost", "--by", "task");
  expect(report.rows.map(({ key }) => key).toSorted()).toEqual(started.map(({ task }) => idOf(task)).toSorted());
  for (const { task, askedAt } of started) {
    const own = await ownTimes(task);
    const row = report.rows.find(({ key }) => key === idOf(task));
    if (row === undefined) throw new Error("the task is not billed");
    expect(row.tasks).toBe(1);
    expect(row.startedAt).toBeGreaterThanOrEqual(askedAt);
    expect(row.startedAt).toBeLessThanOrEqual(own.began + tolerance);
    expect(Math.abs(row.endedAt - own.ended)).toBeLessThanOrEqual(tolerance);
    const seconds = Math.max(60, Math.ceil((row.endedAt - row.startedAt) / 1_000));
    expect(row.usage).toMatchObject({ seconds, vcpuSeconds: seconds / 4 });
  }
  const billed = report.rows.reduce((sum, { usage }) => sum + usage.seconds, 0);
  expect(report.total).toMatchObject({ tasks: started.length, usage: { seconds: billed } });

  const byRound = await instance.json<CostReport>("cost", "--by", "tag:round");
  expect(byRound.rows.map(({ key, tasks: count }) => [key, count])).toEqual([
    ["0", 3],
    ["1", 3],
    ["2", 3],
  ]);
  expect(byRound.total.usage.seconds).toBe(billed);

  const { stdout } = await instance.run("cost", "--csv");
  const [head = "", ...lines] = stdout.trimEnd().split("\r\n");
  const records = lines.map((line) => new Map(line.split(",").map((value, index) => [head.split(",")[index], value])));
  const ids = records.map((record) => record.get("identity/LineItemId"));
  expect(new Set(ids).size).toBe(ids.length);
  const vcpuHours = records
    .filter((record) => record.get("lineItem/UsageType") === "USE1-Fargate-vCPU-Hours:perCPU")
    .reduce((sum, record) => sum + Number(record.get("lineItem/UsageAmount")), 0);
  expect(vcpuHours * 3_600).toBeCloseTo(billed / 4, 3);

  const advice = await instance.json<readonly Advice[]>("cost", "advice");
  expect(advice.map(({ family }) => family)).toEqual(["metered-0", "metered-1", "metered-2"]);
  for (const { tasks: measured, memoryPeakMiB } of advice) {
    expect(measured).toBe(3);
    expect(memoryPeakMiB).toBeGreaterThan(0);
    expect(memoryPeakMiB).toBeLessThan(100);
  }
});

test("a region without prices, and a time that is none, are told in a sentence", async () => {
  const unknown = await instance.run("cost", "--price-region", "eu-nowhere-1");
  expect([unknown.code, unknown.stderr]).toEqual([
    1,
    "fleetless: No Fargate prices are known for eu-nowhere-1; they are for us-east-1: choose one with --price-region\n",
  ]);
  expect((await instance.run("cost", "--from", "yesterday")).stderr).toContain("--from yesterday is no day or time");
  expect((await instance.run("cost", "--by", "colour")).stderr).toContain("Cost cannot be grouped by colour");
});
