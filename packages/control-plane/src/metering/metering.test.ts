import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accountId, ManualClock, silentLogger } from "@fleetless/kernel";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { OpenedStore } from "../state/append/append-tables.ts";
import { openSqliteStore } from "../state/sqlite/open.ts";
import type { LineItem } from "./line-items.ts";
import { createMetering, type Metering } from "./metering.ts";
import { type TaskUsage, usageRecordOf } from "./task-usage.ts";

const account = accountId("123456789012");
const midnight = Date.UTC(2026, 10, 2);
const hour = 3_600_000;

const base: TaskUsage = {
  taskId: "a",
  taskArn: "arn:aws:ecs:us-east-1:123456789012:task/default/a",
  accountId: account,
  region: "us-east-1",
  cluster: "default",
  family: "web",
  revision: 1,
  group: "family:web",
  availabilityZone: "us-east-1a",
  tags: {},
  spot: false,
  architecture: "X86_64",
  cpuUnits: 1024,
  memoryMiB: 2048,
  ephemeralStorageGiB: 20,
  pullStartedAt: midnight - hour,
};
const hourly = 0.04048 + 2 * 0.004445;

let directory = "";
let store: OpenedStore;
let metering: Metering;
const clock = new ManualClock(midnight + 2 * hour);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fleetless-metering-"));
  store = await openSqliteStore({ path: join(directory, "state.db"), logger: silentLogger, clock });
  metering = createMetering({ records: store.usageRecords, accountId: account, clock });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

const named = (id: string) => ({ taskId: id, taskArn: base.taskArn.replace(/a$/, id) });
const put = (id: string, changes: Partial<TaskUsage> = {}): Promise<void> =>
  store.usageRecords.put(usageRecordOf({ ...base, endedAt: midnight + hour, ...named(id), ...changes }, true));
const putRunning = (id: string, changes: Partial<TaskUsage>): Promise<void> =>
  store.usageRecords.put(usageRecordOf({ ...base, ...named(id), ...changes }, false));

it("sums up by what is asked, and by day from midnight to midnight of UTC", async () => {
  await put("a", { service: "shop", tags: { team: "red" } });
  await put("b", { cluster: "batch", tags: { constructor: "blue" } });
  const rows = async (...by: Parameters<Metering["report"]>) =>
    (await metering.report(...by)).rows.map(({ key, tasks, usage }) => [key, tasks, usage.seconds]);
  expect(await rows({ kind: "cluster" }, {})).toEqual([
    ["batch", 1, 7_200],
    ["default", 1, 7_200],
  ]);
  expect(await rows({ kind: "service" }, {})).toEqual([
    ["(no service)", 1, 7_200],
    ["shop", 1, 7_200],
  ]);
  expect(await rows({ kind: "tag", key: "constructor" }, { task: "a" })).toEqual([["(no tag constructor)", 1, 7_200]]);
  expect(await rows({ kind: "day" }, {})).toEqual([
    ["2026-11-01", 2, 7_200],
    ["2026-11-02", 2, 7_200],
  ]);
  expect(await rows({ kind: "family" }, { from: midnight + hour / 2, to: midnight + 3 * hour })).toEqual([
    ["web", 2, 3_600],
  ]);
  const { total } = await metering.report({ kind: "day" }, {});
  expect(total.tasks).toBe(2);
  expect(total.costs.onDemand).toBeCloseTo(4 * hourly, 10);
  expect(total.monthly).toBe(0);
});

it("prices Spot tasks at Spot's price, what runs up to now, and a month of it", async () => {
  await putRunning("a", { spot: true, pullStartedAt: midnight });
  const { total, prices } = await metering.report({ kind: "task" }, {});
  expect(total).toMatchObject({ tasks: 1, running: 1, usage: { seconds: 7_200 } });
  expect(total.costs.asRun).toBe(total.costs.spot);
  expect(total.costs.onDemand).toBeCloseTo(2 * hourly, 10);
  expect(total.monthly).toBeCloseTo((total.costs.spot / 2) * 730, 8);
  expect(prices.unconfirmed.some((sentence) => sentence.includes("savingsPlan1Year"))).toBe(true);
});

it("leaves tasks in regions without prices out and says so, unless another region's prices are to be used", async () => {
  await put("a");
  await put("b", { region: "eu-west-3" });
  const own = await metering.report({ kind: "cluster" }, {});
  expect([own.total.tasks, own.unpriced]).toEqual([1, [{ region: "eu-west-3", tasks: 1 }]]);
  expect((await metering.report({ kind: "cluster" }, { priceRegion: "us-east-1" })).total.tasks).toBe(2);
  await expect(metering.report({ kind: "cluster" }, { priceRegion: "eu-west-3" })).rejects.toThrow(
    "No Fargate prices are known for eu-west-3",
  );
  expect((await metering.lineItems({}, undefined)).unpriced).toEqual(["eu-west-3"]);
});

it("writes the bill's lines, which add up to the report, a day and a usage type each", async () => {
  await put("a", { tags: { team: "red" }, ephemeralStorageGiB: 50, service: "shop" });
  await put("b", { spot: true, architecture: "ARM64" });
  const { items } = await metering.lineItems({}, undefined);
  const types = items.map((item) => item["lineItem/UsageType"]);
  expect(new Set(types)).toEqual(
    new Set([
      "USE1-Fargate-vCPU-Hours:perCPU",
      "USE1-Fargate-GB-Hours",
      "USE1-Fargate-EphemeralStorage-GB-Hours",
      "USE1-SpotUsage-Fargate-ARM-vCPU-Hours:perCPU",
      "USE1-SpotUsage-Fargate-ARM-GB-Hours",
    ]),
  );
  expect(items).toHaveLength(10);
  expect(new Set(items.map((item) => item["identity/LineItemId"])).size).toBe(10);
  expect(items[0]).toMatchObject({
    "lineItem/UsageAccountId": account,
    "lineItem/UsageStartDate": "2026-11-01T23:00:00Z",
    "lineItem/UsageEndDate": "2026-11-02T00:00:00Z",
    "lineItem/UsageAmount": "1",
    "lineItem/UnblendedRate": "0.04048",
    "lineItem/UnblendedCost": "0.04048",
    "bill/BillingPeriodStartDate": "2026-11-01T00:00:00Z",
    "resourceTags/user:team": "red",
    "resourceTags/aws:ecs:serviceName": "shop",
  });
  expect((await metering.report({ kind: "cluster" }, {})).prices.asOf).toBeUndefined();
  const sum = items.reduce((total, item) => total + Number(item["lineItem/UnblendedCost"]), 0);
  expect(sum).toBeCloseTo((await metering.report({ kind: "cluster" }, {})).total.costs.asRun, 7);
});

it("tells for which day its prices are, where that is known of all of them", async () => {
  await put("a");
  expect((await metering.report({ kind: "cluster" }, {})).prices.asOf).toBe("2026-06-17");
  await put("b", { architecture: "ARM64" });
  expect((await metering.report({ kind: "cluster" }, {})).prices.asOf).toBeUndefined();
});

it("splits what was reserved from what was used, over the days of a task", async () => {
  const measured = {
    at: midnight + hour,
    cpuSeconds: 1_800,
    cpuPeakUnits: 600,
    memoryPeakBytes: 3 * 1024 ** 3,
    memoryAverageBytes: 3 * 1024 ** 3,
    measurements: 120,
  };
  await put("a", { measured, ephemeralStorageGiB: 50 });
  await put("b");
  const { items } = await metering.lineItems({}, undefined);
  const split = (line: LineItem | undefined) =>
    ["ActualUsage", "ReservedUsage", "SplitUsage", "SplitCost"].map((name) => line?.[`splitLineItem/${name}`]);
  // A vCPU and 2 GB for an hour on each of two days; a quarter of an hour of a vCPU and 3 GB were used on each.
  expect(split(items[0])).toEqual(["0.25", "1", "1", "0.04048"]);
  expect(split(items[1])).toEqual(["3", "2", "3", "0.00889"]);
  expect(split(items[2])).toEqual(["", "", "", ""]);
  expect(split(items[6])).toEqual(["", "1", "1", "0.04048"]);
});

it("pages the bill without losing or doubling a line", async () => {
  const daysOfYear = 300;
  for (let index = 0; index < 14; index += 1)
    await put(`task-${index}`, { pullStartedAt: midnight - (daysOfYear * 24 + (index % 3)) * hour });
  const lines: LineItem[] = [];
  let pages = 0;
  let after: Parameters<Metering["lineItems"]>[1];
  do {
    const page = await metering.lineItems({}, after);
    lines.push(...page.items);
    after = page.next;
    pages += 1;
  } while (after !== undefined);
  expect(pages).toBeGreaterThan(1);
  expect(new Set(lines.map((line) => line["identity/LineItemId"])).size).toBe(lines.length);
  const seconds = (await metering.report({ kind: "cluster" }, {})).total.usage.vcpuSeconds;
  const hours = lines
    .filter((line) => line["lineItem/UsageType"]?.includes("vCPU"))
    .reduce((total, line) => total + Number(line["lineItem/UsageAmount"]), 0);
  expect(hours * 3_600).toBeCloseTo(seconds, 3);
});

it("advises the smallest size that holds the highest peak of a family with a fifth to spare", async () => {
  const measured = {
    at: base.pullStartedAt + 600_000,
    cpuSeconds: 60,
    cpuPeakUnits: 200,
    memoryPeakBytes: 300 * 1024 * 1024,
    memoryAverageBytes: 200 * 1024 * 1024,
    measurements: 10,
  };
  await put("a", { measured });
  await put("b", { measured: { ...measured, memoryPeakBytes: 800 * 1024 * 1024 } });
  await put("c", { family: "greedy", measured: { ...measured, cpuPeakUnits: 16_000 } });
  await put("d", { family: "unmeasured" });
  const advice = await metering.advise({});
  expect(advice.map(({ family }) => family)).toEqual(["greedy", "web"]);
  expect(advice[0]?.advised).toBeUndefined();
  expect(advice[1]).toMatchObject({
    tasks: 2,
    measuredSeconds: 1_200,
    cpuAverageUnits: 102,
    memoryPeakMiB: 800,
    memoryAverageMiB: 200,
    advised: { cpuUnits: 256, memoryMiB: 1024 },
  });
  expect(advice[1]?.monthlyAdvised).toBeLessThan(advice[1]?.monthlyNow ?? 0);
});
