import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { done, ManualClock, silentLogger } from "@fleetless/kernel";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { OpenedStore } from "../state/append/append-tables.ts";
import { openSqliteStore } from "../state/sqlite/open.ts";
import { defineCollection } from "../state/store.ts";
import { createFeedController } from "./feed-controller.ts";

const things = defineCollection<{ readonly wanted: boolean }>("test.things");
const clock = new ManualClock();
let directory: string;
let store: OpenedStore;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fleetless-feed-"));
  store = await openSqliteStore({ path: join(directory, "state.db"), logger: silentLogger, clock });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

const put = (key: string) => store.transaction(async (transaction) => transaction.put(things, key, { wanted: true }));

const start = (seen: string[]) => {
  const controller = createFeedController({
    name: "test",
    store,
    clock,
    logger: silentLogger,
    keysOf: (change) => (change.collection === things.name ? [change.key] : []),
    allKeys: () => store.read(async (transaction) => (await transaction.list(things)).map(({ key }) => key)),
    reconcile: async (key) => {
      seen.push(key);
      return done;
    },
  });
  controller.start();
  return controller;
};

it("sees what was there before it, what comes after, and after a restart what it missed", async () => {
  await put("before");
  const first: string[] = [];
  const controller = start(first);
  await expect.poll(() => first).toEqual(["before"]);
  await put("after");
  await expect.poll(() => first).toEqual(["before", "after"]);
  await controller.stop();
  await put("missed");
  expect(first).toEqual(["before", "after"]);
  const second: string[] = [];
  const restarted = start(second);
  await expect.poll(() => second.toSorted()).toEqual(["after", "before", "missed"]);
  await restarted.stop();
});

it("misses no key however fast changes come", async () => {
  const seen: string[] = [];
  const controller = start(seen);
  const keys = Array.from({ length: 60 }, (_, index) => `key-${index}`);
  await Promise.all(keys.map(put));
  await expect.poll(() => keys.filter((key) => !seen.includes(key))).toEqual([]);
  await controller.stop();
});
