import { describe, expect, it } from "vitest";
import { FeedTruncatedError } from "../store.ts";
import type { StoreUnderTest } from "./driver.ts";
import { counters } from "./subjects.ts";

export const changeFeedConformance = (subject: StoreUnderTest): void => {
  describe("the feed of changes", () => {
    it("tells every change in the order of commits, in pages", async () => {
      expect(await subject.store.latestSequence()).toBe(0);
      expect(await subject.store.changes(0, 10)).toEqual([]);
      await subject.store.transaction(async (tx) => tx.put(counters, "a", { count: 1 }));
      await subject.store.transaction(async (tx) => {
        tx.put(counters, "b", { count: 1 });
        tx.delete(counters, "a");
      });
      const changes = await subject.store.changes(0, 10);
      expect(changes.map(({ collection, key, kind }) => `${kind} ${collection}/${key}`)).toEqual([
        "put counters/a",
        "put counters/b",
        "delete counters/a",
      ]);
      const sequences = changes.map(({ sequence }) => sequence);
      expect(sequences).toEqual(sequences.toSorted((left, right) => left - right));
      expect(new Set(sequences).size).toBe(3);
      expect(await subject.store.latestSequence()).toBe(sequences.at(-1));
      expect(await subject.store.changes(0, 1)).toEqual(changes.slice(0, 1));
      expect(await subject.store.changes(sequences[0] ?? 0, 10)).toEqual(changes.slice(1));
    });

    it("tells nothing of a transaction that failed or changed nothing", async () => {
      await subject.store.transaction(async (tx) => tx.delete(counters, "never"));
      await subject.store
        .transaction(async (tx) => {
          tx.put(counters, "a", { count: 1 });
          throw new Error("no");
        })
        .catch(() => undefined);
      expect(await subject.store.changes(0, 10)).toEqual([]);
    });

    it("never uses a sequence number again, also after it was opened again", async () => {
      await subject.store.transaction(async (tx) => tx.put(counters, "a", { count: 1 }));
      const before = await subject.store.latestSequence();
      await subject.reopen();
      expect(await subject.store.latestSequence()).toBe(before);
      await subject.store.transaction(async (tx) => tx.put(counters, "a", { count: 2 }));
      expect(await subject.store.latestSequence()).toBeGreaterThan(before);
    });

    it("refuses a place that it has not come to", async () => {
      await expect(subject.store.changes(99, 10)).rejects.toBeInstanceOf(FeedTruncatedError);
    });

    it("wakes listeners after the commit, until they leave", async () => {
      const seen: number[] = [];
      const woken = Promise.withResolvers<void>();
      const leave = subject.store.onCommit(() => {
        seen.push(seen.length);
        woken.resolve();
      });
      const writing = subject.store.transaction(async (tx) => {
        tx.put(counters, "a", { count: 1 });
        expect(seen).toEqual([]);
      });
      await Promise.all([writing, woken.promise]);
      expect(await subject.store.changes(0, 10)).toHaveLength(1);
      leave();
      const calls = seen.length;
      await subject.store.transaction(async (tx) => tx.put(counters, "a", { count: 2 }));
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(seen).toHaveLength(calls);
    });

    it("goes on where a listener throws", async () => {
      subject.store.onCommit(() => {
        throw new Error("a broken listener");
      });
      await subject.store.transaction(async (tx) => tx.put(counters, "a", { count: 1 }));
      expect(await subject.store.latestSequence()).toBeGreaterThan(0);
    });
  });
};
