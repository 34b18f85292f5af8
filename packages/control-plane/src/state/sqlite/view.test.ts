import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock, silentLogger } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OpenedStore } from "../append/append-tables.ts";
import { defineCollection } from "../store.ts";
import { openSqliteStore } from "./open.ts";

const numbers = defineCollection<number>("numbers", { parity: (value) => (value % 2 === 0 ? "even" : "odd") });

describe("the view that reads share", () => {
  let directory = "";
  let store: OpenedStore;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fleetless-view-"));
    store = await openSqliteStore({ path: join(directory, "s"), logger: silentLogger, clock: new ManualClock() });
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  const putBoth = (value: number) =>
    store.transaction(async (transaction) => {
      transaction.put(numbers, "a", value);
      transaction.put(numbers, "b", value);
    });
  const readBoth = () =>
    store.read(async (transaction) => [await transaction.get(numbers, "a"), await transaction.get(numbers, "b")]);

  it("is left at once when documents are written", async () => {
    for (let value = 1; value <= 50; value += 1) {
      await putBoth(value);
      expect(await readBoth()).toEqual([value, value]);
      const even = { index: { name: "parity", value: "even" } };
      expect(await store.read((transaction) => transaction.list(numbers, even))).toHaveLength(value % 2 === 0 ? 2 : 0);
    }
  });

  it("never shows what was read before a commit beside what was written by it", async () => {
    await putBoth(1);
    await readBoth();
    let runs = 0;
    const both = await store.read(async (transaction) => {
      runs += 1;
      // From what is kept, so that nothing of SQLite has begun for this work when the commit comes.
      const a = await transaction.get(numbers, "a");
      if (runs === 1) await putBoth(2);
      const all = await transaction.list(numbers, { limit: 2 + runs });
      return [a, ...all.map(({ document }) => document)];
    });
    expect(both).toEqual([2, 2, 2]);
    expect(runs).toBe(2);
  });

  it("stands still for a work that has begun to read", async () => {
    await putBoth(1);
    const both = await store.read(async (transaction) => {
      const before = await transaction.list(numbers);
      await putBoth(2);
      expect(await readBoth()).toEqual([2, 2]);
      return [...before.map(({ document }) => document), await transaction.get(numbers, "b")];
    });
    expect(both).toEqual([1, 1, 1]);
  });

  it("gives each reader a document of its own", async () => {
    const lists = defineCollection<number[]>("lists");
    await store.transaction(async (transaction) => transaction.put(lists, "key", [1]));
    const get = () => store.read((transaction) => transaction.get(lists, "key"));
    (await get())?.push(2);
    expect(await get()).toEqual([1]);
  });
});
