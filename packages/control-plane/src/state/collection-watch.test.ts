import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock, silentLogger } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OpenedStore } from "./append/append-tables.ts";
import { CollectionWatch, WatchedCache } from "./collection-watch.ts";
import { openSqliteStore } from "./sqlite/open.ts";
import { defineCollection } from "./store.ts";

const watched = defineCollection<number>("watched");
const others = defineCollection<number>("others");

describe("a cache that watches collections", () => {
  const clock = new ManualClock();
  let directory = "";
  let store: OpenedStore;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fleetless-watch-"));
    const feedRetention = { milliseconds: 1_000, batch: 5_000 };
    store = await openSqliteStore({ path: join(directory, "s"), logger: silentLogger, clock, feedRetention });
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  const put = (collection: typeof watched, value: number) =>
    store.transaction(async (transaction) => transaction.put(collection, "key", value));

  it("reads again at once after a change of what it watches, and only then", async () => {
    let reads = 0;
    const cache = new WatchedCache<number | undefined>(new CollectionWatch(store, ["watched"]), 10);
    const get = () =>
      cache.get("key", () => {
        reads += 1;
        return store.read((transaction) => transaction.get(watched, "key"));
      });
    await put(watched, 1);
    expect(await get()).toBe(1);
    await put(others, 1);
    expect(await get()).toBe(1);
    expect(reads).toBe(1);
    await put(watched, 2);
    expect(await get()).toBe(2);
    expect(reads).toBe(2);
  });

  it("keeps no value that a commit overtook while it was read", async () => {
    const cache = new WatchedCache<number | undefined>(new CollectionWatch(store, ["watched"]), 10);
    await put(watched, 1);
    const overtaken = await cache.get("key", async () => {
      const value = await store.read((transaction) => transaction.get(watched, "key"));
      await put(watched, 2);
      return value;
    });
    expect(overtaken).toBe(1);
    expect(await cache.get("key", () => store.read((transaction) => transaction.get(watched, "key")))).toBe(2);
  });

  it("takes a feed that was trimmed meanwhile as a change", async () => {
    const watch = new CollectionWatch(store, ["watched"]);
    await put(others, 1);
    const before = await watch.generation();
    for (let count = 0; count < 10; count += 1) await put(others, count);
    expect(await watch.generation()).toBe(before);
    for (let count = 0; count < 10; count += 1) await put(others, count);
    clock.advance(10_000);
    for (let count = 0; count < 300; count += 1) await put(others, count);
    const behindTheGap = await watch.generation();
    expect(behindTheGap).not.toBe(before);
    await put(others, 1);
    expect(await watch.generation()).toBe(behindTheGap);
    await put(watched, 1);
    expect(await watch.generation()).not.toBe(behindTheGap);
  });
});
