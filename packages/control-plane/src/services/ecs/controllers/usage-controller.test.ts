import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { taskUsageOf } from "../../../metering/task-usage.ts";
import { findTaskById } from "../repository.ts";
import { createWorld, type World } from "../testing/world.ts";
import { stoppedTaskRetention } from "./task-step.ts";
import { recordUsage } from "./usage-controller.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
  await world.register();
});
afterEach(() => world.close());

const record = (id: string) => world.store.usageRecords.get(id);
const times = { pullStartedAt: 1_000, executionStoppedAt: 9_000, stoppedAt: 11_000 };

it("opens a task's record when its pull begins and ends it when its containers did", async () => {
  const id = await world.run({ startedBy: "tester", tags: [{ key: "team", value: "red" }] });
  await world.report(id, "PROVISIONING");
  await recordUsage(world.dependencies, id);
  expect(await record(id)).toBeUndefined();
  await world.report(id, "PENDING", { times: { pullStartedAt: 1_000 } });
  await vi.waitFor(async () => expect(await record(id)).toMatchObject({ startedAt: 1_000, isFinal: false }));
  await world.report(id, "STOPPED", { times });
  await vi.waitFor(async () => expect(await record(id)).toMatchObject({ endedAt: 9_000, isFinal: true }));
  const kept = await record(id);
  expect(kept && taskUsageOf(kept)).toMatchObject({
    cluster: "default",
    family: "web",
    revision: 1,
    startedBy: "tester",
    tags: { team: "red" },
    spot: false,
    cpuUnits: 256,
  });
});

it("keeps the record of a task that is forgotten, and writes it before, whoever missed it", async () => {
  const id = await world.run();
  await world.report(id, "STOPPED", { times });
  await vi.waitFor(async () => {
    const task = await world.store.read((transaction) => findTaskById(transaction, id));
    expect(task?.releasedAt).toBeDefined();
  });
  world.clock.advance(stoppedTaskRetention);
  await vi.waitFor(async () =>
    expect(await world.store.read((transaction) => findTaskById(transaction, id))).toBeUndefined(),
  );
  expect(await record(id)).toMatchObject({ startedAt: 1_000, endedAt: 9_000, isFinal: true });
  await recordUsage(world.dependencies, id);
  expect(await record(id)).toMatchObject({ endedAt: 9_000, isFinal: true });
});

it("has no record of a task that stopped before any pull", async () => {
  const id = await world.run();
  await world.report(id, "STOPPED", { times: { stoppedAt: 2_000 } });
  await recordUsage(world.dependencies, id);
  expect(await record(id)).toBeUndefined();
});
