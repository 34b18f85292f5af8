import { describe, expect, it } from "vitest";
import type { UsageRecord, UsageRecordRead } from "../append/usage-records.ts";
import type { StoreUnderTest } from "./driver.ts";

const accountId = "123456789012";
const record = (id: string, changes: Partial<UsageRecord> = {}): UsageRecord => ({
  id,
  accountId,
  startedAt: 1_000,
  endedAt: undefined,
  isFinal: false,
  body: `{"id":"${id}"}`,
  ...changes,
});

export const usageRecordsConformance = (subject: StoreUnderTest): void => {
  describe("usage records", () => {
    it("keeps one record of a task, however often it is written, over an opening again", async () => {
      await subject.store.usageRecords.put(record("a"));
      await subject.store.usageRecords.put(record("a", { endedAt: 5_000, body: "{}" }));
      await Promise.all([1, 2, 3].map(() => subject.store.usageRecords.put(record("b"))));
      await subject.reopen();
      expect(await subject.store.usageRecords.read({ accountId, limit: 10 })).toEqual([
        record("a", { endedAt: 5_000, body: "{}" }),
        record("b"),
      ]);
      expect(await subject.store.usageRecords.get("a")).toMatchObject({ endedAt: 5_000 });
      expect(await subject.store.usageRecords.get("c")).toBeUndefined();
    });

    it("never changes a record that is final", async () => {
      const { usageRecords } = subject.store;
      const final = record("a", { endedAt: 9_000, isFinal: true });
      await usageRecords.put(record("a"));
      await usageRecords.put(final);
      await usageRecords.put(record("a", { body: "late" }));
      await usageRecords.put(record("a", { endedAt: 1, isFinal: true }));
      expect(await usageRecords.get("a")).toEqual(final);
    });

    it("reads the records of a span and an account in order, in pages", async () => {
      const { usageRecords } = subject.store;
      await usageRecords.put(record("late", { startedAt: 50_000 }));
      await usageRecords.put(record("twin-2", { startedAt: 20_000, endedAt: 30_000 }));
      await usageRecords.put(record("twin-1", { startedAt: 20_000, endedAt: 25_000 }));
      await usageRecords.put(record("early", { startedAt: -10, endedAt: 15_000 }));
      await usageRecords.put(record("running", { startedAt: 15_000 }));
      await usageRecords.put(record("foreign", { accountId: "210987654321" }));
      const ids = async (read: Partial<UsageRecordRead>) =>
        (await usageRecords.read({ accountId, limit: 10, ...read })).map(({ id }) => id);
      expect(await ids({})).toEqual(["early", "running", "twin-1", "twin-2", "late"]);
      expect(await ids({ startedBefore: 20_000 })).toEqual(["early", "running"]);
      expect(await ids({ endedFrom: 25_000, startedBefore: 50_000 })).toEqual(["running", "twin-1", "twin-2"]);
      expect(await ids({ after: { startedAt: 20_000, id: "twin-1" }, limit: 1 })).toEqual(["twin-2"]);
      expect(await ids({ limit: 2 })).toEqual(["early", "running"]);
    });
  });
};
