import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogEventRecord, LogPosition, LogStreamPosition } from "../append/log-events.ts";
import type { StoreUnderTest } from "./driver.ts";

const messagesOf = (events: readonly LogEventRecord[]): readonly string[] => events.map(({ message }) => message);

export const logEventsConformance = (subject: StoreUnderTest): void => {
  const append = (stream: string, timestamps: readonly number[], batch?: number, group = "g") =>
    subject.store.logEvents.append({
      group,
      stream,
      ingestionTime: 1_000,
      events: timestamps.map((timestamp) => ({ timestamp, message: `${stream}@${timestamp}` })),
      ...(batch === undefined ? {} : { batch }),
    });

  describe("log events", () => {
    it("reads one stream in order of time from both ends, in pages", async () => {
      await append("s", [5, 1, 3]);
      await append("s", [2, 4, 3]);
      await append("other", [1, 2]);
      const { logEvents } = subject.store;
      const read = (more: object) =>
        logEvents.readStream({ group: "g", stream: "s", direction: "forward", limit: 100, ...more });
      const times = async (more: object) => (await read(more)).map(({ timestamp }) => timestamp);
      expect(await times({})).toEqual([1, 2, 3, 3, 4, 5]);
      expect(await times({ limit: 2 })).toEqual([1, 2]);
      expect(await times({ direction: "backward", limit: 2 })).toEqual([4, 5]);
      expect(await times({ startTime: 2, endTime: 4 })).toEqual([2, 3, 3]);
      expect(await times({ startTime: 2, endTime: 4, direction: "backward", limit: 2 })).toEqual([3, 3]);
      const [, , first, second] = await read({});
      expect(await read({ from: first, limit: 1 })).toEqual([second]);
      expect(await read({ from: second, direction: "backward", limit: 1 })).toEqual([first]);
      expect(await times({ from: second, direction: "backward", startTime: 2 })).toEqual([2, 3]);
      expect(await times({ from: first, endTime: 4 })).toEqual([3]);
      expect(await logEvents.readStream({ group: "g", stream: "none", direction: "forward", limit: 1 })).toEqual([]);
      expect(await logEvents.readStream({ group: "x", stream: "s", direction: "forward", limit: 1 })).toEqual([]);
    });

    it("stores a batch once, however often it comes", async () => {
      expect(await append("s", [1], 1)).toBe(true);
      expect(await append("s", [1], 1)).toBe(false);
      expect(await append("t", [1], 1)).toBe(true);
      expect(await append("s", [2], 2)).toBe(true);
      expect(await append("s", [1], 1)).toBe(false);
      expect(await append("s", [3])).toBe(true);
      await subject.reopen();
      expect(await append("s", [2], 2)).toBe(false);
      const stream = await subject.store.logEvents.readStream({
        group: "g",
        stream: "s",
        direction: "forward",
        limit: 9,
      });
      expect(messagesOf(stream)).toEqual(["s@1", "s@2", "s@3"]);
    });

    it("reads many streams in order of time as a plain sort does, page by page", async () => {
      const name = fc.constantFrom("a", "b", "c", "b2");
      const appends = fc.array(fc.tuple(name, fc.array(fc.nat(20), { maxLength: 5 })), { maxLength: 12 });
      const choice = fc.record(
        {
          streams: fc.uniqueArray(name, { minLength: 1 }),
          streamPrefix: fc.constantFrom("", "b", "c"),
          startTime: fc.nat(20),
          endTime: fc.nat(20),
        },
        { requiredKeys: [] },
      );
      let run = 0;
      await fc.assert(
        fc.asyncProperty(appends, choice, fc.integer({ min: 1, max: 7 }), async (written, chosen, limit) => {
          run += 1;
          const group = `group-${run}`;
          for (const [stream, timestamps] of written) await append(stream, timestamps, undefined, group);
          const expected = written
            .flatMap(([stream, timestamps]) => timestamps.map((timestamp) => ({ stream, timestamp })))
            .filter(({ stream }) => chosen.streams?.includes(stream) ?? true)
            .filter(({ stream }) => stream.startsWith(chosen.streamPrefix ?? ""))
            .filter(({ timestamp }) => timestamp >= (chosen.startTime ?? 0) && timestamp < (chosen.endTime ?? 99))
            .toSorted((left, right) => left.timestamp - right.timestamp);
          const found: LogEventRecord[] = [];
          let from: LogPosition | undefined;
          for (;;) {
            const range = { group, limit, ...chosen, ...(from === undefined ? {} : { from }) };
            const page = await subject.store.logEvents.readGroup(range);
            found.push(...page);
            from = page.at(-1);
            if (from === undefined) break;
          }
          expect(found.map(({ stream, timestamp }) => ({ stream, timestamp }))).toEqual(expected);
        }),
        { numRuns: 40 },
      );
    });

    it("follows ingestion, whatever the events' own times", async () => {
      const start = await subject.store.logEvents.latestSequence();
      await append("a", [9]);
      await append("b", [1]);
      await append("a", [5], undefined, "another");
      const { logEvents } = subject.store;
      const first = await logEvents.ingestedAfter({ group: "g", sequence: start, limit: 1 });
      expect(messagesOf(first)).toEqual(["a@9"]);
      const rest = await logEvents.ingestedAfter({ group: "g", sequence: first[0]?.sequence ?? 0, limit: 9 });
      expect(messagesOf(rest)).toEqual(["b@1"]);
      const chosen = await logEvents.ingestedAfter({ group: "g", streams: ["a"], sequence: 0, limit: 9 });
      expect(messagesOf(chosen)).toEqual(["a@9"]);
      expect(await logEvents.latestSequence()).toBeGreaterThan(rest[0]?.sequence ?? 0);
    });

    it("keeps statistics of streams", async () => {
      await append("a", [30, 10, 20]);
      await append("b", [7]);
      const all = await subject.store.logEvents.statistics("g");
      expect([...all.keys()].toSorted()).toEqual(["a", "b"]);
      expect(all.get("a")).toEqual({
        stream: "a",
        firstEventTimestamp: 10,
        lastEventTimestamp: 30,
        lastIngestionTime: 1_000,
        storedBytes: 3 * (4 + 26),
      });
      expect([...(await subject.store.logEvents.statistics("g", ["b", "c"])).keys()]).toEqual(["b"]);
    });

    it("reads streams in order of their last events, page by page, either way", async () => {
      await append("a", [30, 10]);
      await append("b", [7]);
      await append("c", [30]);
      await append("d", [40], undefined, "other");
      const pages = async (descending: boolean): Promise<readonly string[]> => {
        const found: string[] = [];
        for (let after: LogStreamPosition | undefined; ; ) {
          const page = await subject.store.logEvents.streamsByTime({ group: "g", descending, after, limit: 2 });
          found.push(...page.map(({ stream, lastEventTimestamp }) => `${stream}@${lastEventTimestamp}`));
          after = page.at(-1);
          if (after === undefined) return found;
        }
      };
      expect(await pages(false)).toEqual(["b@7", "a@30", "c@30"]);
      expect(await pages(true)).toEqual(["c@30", "a@30", "b@7"]);
      await append("b", [31]);
      expect(await pages(true)).toEqual(["b@31", "c@30", "a@30"]);
      expect(await subject.store.logEvents.streamsByTime({ group: "none", descending: true, limit: 9 })).toEqual([]);
    });

    it("deletes old events in portions, and streams and groups whole", async () => {
      await append("a", [1, 2, 3, 4]);
      await append("b", [1, 5]);
      const { logEvents } = subject.store;
      expect(await logEvents.deleteOlderThan("g", 4, 3)).toBe(3);
      expect(await logEvents.deleteOlderThan("g", 4, 3)).toBe(1);
      expect(messagesOf(await logEvents.readGroup({ group: "g", limit: 9 }))).toEqual(["a@4", "b@5"]);
      await logEvents.deleteStream("g", "a");
      expect(messagesOf(await logEvents.readGroup({ group: "g", limit: 9 }))).toEqual(["b@5"]);
      expect(messagesOf(await logEvents.ingestedAfter({ group: "g", sequence: 0, limit: 9 }))).toEqual(["b@5"]);
      await append("a", [9], 1);
      expect(messagesOf(await logEvents.readGroup({ group: "g", limit: 9 }))).toEqual(["b@5", "a@9"]);
      await logEvents.deleteGroup("g");
      expect(await logEvents.readGroup({ group: "g", limit: 9 })).toEqual([]);
      await append("a", [1], 1);
      expect(messagesOf(await logEvents.readGroup({ group: "g", limit: 9 }))).toEqual(["a@1"]);
    });

    it("wakes listeners with the group's name", async () => {
      const groups: string[] = [];
      const leave = subject.store.logEvents.onAppend((group) => groups.push(group));
      await append("a", [1], 1);
      await append("a", [1], 1);
      leave();
      await append("a", [2]);
      expect(groups).toEqual(["g"]);
    });
  });
};
