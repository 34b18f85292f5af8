import { describe, expect, it } from "vitest";
import type { AuditRecordInput } from "../append/audit-records.ts";
import type { StoreUnderTest } from "./driver.ts";

const record = (number: number, more: Partial<AuditRecordInput> = {}): AuditRecordInput => ({
  eventId: `event-${number}`,
  requestId: `request-${number}`,
  at: number * 100,
  eventSource: "ecs.amazonaws.com",
  eventName: number % 2 === 0 ? "RunTask" : "ListTasks",
  accessKeyId: number === 3 ? undefined : "AKIAEXAMPLE",
  readOnly: number % 2 !== 0,
  body: `{"number":${number}}`,
  ...more,
});

export const auditRecordsConformance = (subject: StoreUnderTest): void => {
  describe("audit records", () => {
    it("reads newest first, by what is asked, in pages, over an opening again", async () => {
      await subject.store.auditRecords.append(() => [record(1), record(2), record(3)]);
      await subject.store.auditRecords.append(() => [record(4)]);
      await subject.reopen();
      const read = async (query: object) =>
        (await subject.store.auditRecords.read({ limit: 10, ...query })).map(({ body }) => JSON.parse(body).number);
      expect(await read({})).toEqual([4, 3, 2, 1]);
      expect(await read({ startTime: 200, endTime: 400 })).toEqual([3, 2]);
      expect(await read({ requestId: "request-2" })).toEqual([2]);
      expect(await read({ eventId: "event-3" })).toEqual([3]);
      expect(await read({ eventName: "RunTask" })).toEqual([4, 2]);
      expect(await read({ eventSource: "iam.amazonaws.com" })).toEqual([]);
      expect(await read({ accessKeyId: "AKIAEXAMPLE" })).toEqual([4, 2, 1]);
      expect(await read({ readOnly: true })).toEqual([3, 1]);
      const [newest] = await subject.store.auditRecords.read({ limit: 1 });
      expect(await read({ before: newest?.sequence, limit: 2 })).toEqual([3, 2]);
    });

    it("makes records from the newest one, between which and them nobody writes", async () => {
      const { auditRecords } = subject.store;
      const count = (newest: string | undefined): number => (newest === undefined ? 0 : JSON.parse(newest).number);
      await Promise.all(
        Array.from({ length: 8 }, () =>
          auditRecords.append((newest) => [record(count(newest) + 1), record(count(newest) + 2)]),
        ),
      );
      const found = await auditRecords.readForward({ after: 0, limit: 100 });
      expect(found.map(({ body }) => JSON.parse(body).number)).toEqual(Array.from({ length: 16 }, (_, at) => at + 1));
    });

    it("reads on from a place, oldest first", async () => {
      const { auditRecords } = subject.store;
      await auditRecords.append(() => [record(1), record(2), record(3)]);
      const [first] = await auditRecords.readForward({ after: 0, limit: 1 });
      expect(first?.body).toBe(record(1).body);
      const rest = await auditRecords.readForward({ after: first?.sequence ?? 0, limit: 10 });
      expect(rest.map(({ body }) => body)).toEqual([record(2).body, record(3).body]);
      expect(await auditRecords.readForward({ after: rest.at(-1)?.sequence ?? 0, limit: 10 })).toEqual([]);
    });

    it("deletes old records in portions", async () => {
      await subject.store.auditRecords.append(() => [record(1), record(2), record(3)]);
      expect(await subject.store.auditRecords.deleteOlderThan(300, 1)).toBe(1);
      expect(await subject.store.auditRecords.deleteOlderThan(300, 10)).toBe(1);
      expect(await subject.store.auditRecords.read({ limit: 10 })).toHaveLength(1);
    });
  });
};
