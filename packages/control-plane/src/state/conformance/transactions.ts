import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DocumentExistsError, StoreClosedError, type Transaction } from "../store.ts";
import type { StoreUnderTest } from "./driver.ts";
import { counters, people, person } from "./subjects.ts";

const increment = async (tx: Transaction, key: string): Promise<number> => {
  const count = ((await tx.get(counters, key))?.count ?? 0) + 1;
  tx.put(counters, key, { count });
  return count;
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const transactionsConformance = (subject: StoreUnderTest): void => {
  describe("transactions", () => {
    it("writes nothing of one whose work throws", async () => {
      const failing = subject.store.transaction(async (tx) => {
        tx.put(counters, "a", { count: 1 });
        await turn();
        throw new Error("changed my mind");
      });
      await expect(failing).rejects.toThrow("changed my mind");
      expect(await subject.store.read((tx) => tx.get(counters, "a"))).toBeUndefined();
      expect(await subject.store.latestSequence()).toBe(0);
    });

    it("sees its own writes, in gets and in lists", async () => {
      await subject.store.transaction(async (tx) => {
        for (const key of ["a", "b", "c", "d"]) tx.put(people, key, person(key, "Rome"));
      });
      await subject.store.transaction(async (tx) => {
        tx.delete(people, "a");
        tx.put(people, "b", person("b", "Oslo"));
        tx.put(people, "bb", person("bb", "Rome"));
        expect(await tx.get(people, "a")).toBeUndefined();
        expect((await tx.get(people, "b"))?.city).toBe("Oslo");
        const all = await tx.list(people, { limit: 3 });
        expect(all.map(({ key }) => key)).toEqual(["b", "bb", "c"]);
        const romans = await tx.list(people, { index: { name: "city", value: "Rome" }, limit: 2 });
        expect(romans.map(({ key }) => key)).toEqual(["bb", "c"]);
        const later = await tx.list(people, { after: "bb", prefix: "b" });
        expect(later).toEqual([]);
      });
    });

    it("shows no write before its commit, and a read one view throughout", async () => {
      await subject.store.transaction(async (tx) => tx.put(counters, "a", { count: 1 }));
      await subject.store.read(async (tx) => {
        expect((await tx.get(counters, "a"))?.count).toBe(1);
        await subject.store.transaction(async (writer) => {
          writer.put(counters, "a", { count: 2 });
          writer.put(counters, "b", { count: 2 });
          expect(await subject.store.read((other) => other.get(counters, "b"))).toBeUndefined();
        });
        expect((await tx.get(counters, "a"))?.count).toBe(1);
        expect(await tx.list(counters)).toHaveLength(1);
      });
      expect((await subject.store.read((tx) => tx.get(counters, "a")))?.count).toBe(2);
    });

    it("loses no update among many writers of one document", async () => {
      const results = await Promise.all(
        Array.from({ length: 60 }, () =>
          subject.store.transaction(async (tx) => {
            const count = await increment(tx, "hot");
            await turn();
            return count;
          }),
        ),
      );
      expect((await subject.store.read((tx) => tx.get(counters, "hot")))?.count).toBe(60);
      expect(new Set(results).size).toBe(60);
    });

    it("keeps what two documents promise together (no write skew)", async () => {
      await subject.store.transaction(async (tx) => {
        tx.put(counters, "left", { count: 1 });
        tx.put(counters, "right", { count: 1 });
      });
      const leave = (own: string, other: string) =>
        subject.store.transaction(async (tx) => {
          const others = (await tx.get(counters, other))?.count ?? 0;
          await turn();
          if (others > 0) tx.put(counters, own, { count: 0 });
        });
      await Promise.all([leave("left", "right"), leave("right", "left")]);
      const sum = await subject.store.read(async (tx) =>
        (await tx.list(counters)).reduce((total, { document }) => total + document.count, 0),
      );
      expect(sum).toBe(1);
    });

    it("orders any transfers at the same time as if one came after the other", async () => {
      const names = ["a", "b", "c"];
      const transfers = fc.array(
        fc.record({ from: fc.constantFrom(...names), to: fc.constantFrom(...names), turns: fc.nat(2) }),
        { minLength: 2, maxLength: 20 },
      );
      await fc.assert(
        fc.asyncProperty(transfers, async (asked) => {
          await subject.store.transaction(async (tx) => {
            for (const name of names) tx.put(counters, name, { count: 2 });
          });
          const moved = await Promise.all(
            asked.map(({ from, to, turns }) =>
              subject.store.transaction(async (tx) => {
                const available = (await tx.get(counters, from))?.count ?? 0;
                for (let count = 0; count < turns; count += 1) await turn();
                if (available === 0 || from === to) return false;
                tx.put(counters, from, { count: available - 1 });
                tx.put(counters, to, { count: ((await tx.get(counters, to))?.count ?? 0) + 1 });
                return true;
              }),
            ),
          );
          for (const name of names) {
            const left = (await subject.store.read((tx) => tx.get(counters, name)))?.count ?? -1;
            const effect = asked.reduce((sum, { from, to }, index) => {
              if (moved[index] !== true) return sum;
              return sum + (to === name ? 1 : 0) - (from === name ? 1 : 0);
            }, 2);
            expect(left).toBe(effect);
            expect(left).toBeGreaterThanOrEqual(0);
          }
        }),
        { numRuns: 20 },
      );
    });

    it("guards documents that were read as absent, deleted or listed", async () => {
      let runs = 0;
      const reading = subject.store.transaction(async (tx) => {
        runs += 1;
        const seen = (await tx.list(counters)).length + ((await tx.get(counters, "late")) === undefined ? 0 : 10);
        if (runs === 1) await subject.store.transaction(async (other) => other.put(counters, "late", { count: 1 }));
        tx.put(counters, "seen", { count: seen });
      });
      await reading;
      expect(runs).toBe(2);
      expect((await subject.store.read((tx) => tx.get(counters, "seen")))?.count).toBe(11);
    });

    it("runs again where a listed document was deleted and made again with the same content", async () => {
      await subject.store.transaction(async (tx) => tx.put(counters, "a", { count: 1 }));
      let runs = 0;
      await subject.store.transaction(async (tx) => {
        runs += 1;
        await tx.list(counters);
        if (runs === 1) {
          await subject.store.transaction(async (other) => other.delete(counters, "a"));
          await subject.store.transaction(async (other) => other.put(counters, "a", { count: 1 }));
        }
        tx.put(counters, "b", { count: runs });
      });
      expect(runs).toBe(2);
    });

    it("lets exactly one of many insert a document", async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) =>
          subject.store.transaction(async (tx) => tx.insert(counters, "only", { count: index })),
        ),
      );
      const rejected = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
      expect(rejected).toHaveLength(19);
      for (const reason of rejected) expect(reason).toBeInstanceOf(DocumentExistsError);
    });

    it("inserts behind a delete of the same transaction, and never twice", async () => {
      await subject.store.transaction(async (tx) => tx.put(counters, "a", { count: 1 }));
      await subject.store.transaction(async (tx) => {
        tx.delete(counters, "a");
        tx.insert(counters, "a", { count: 2 });
      });
      expect((await subject.store.read((tx) => tx.get(counters, "a")))?.count).toBe(2);
      const twice = subject.store.transaction(async (tx) => {
        tx.insert(counters, "b", { count: 1 });
        tx.insert(counters, "b", { count: 2 });
      });
      await expect(twice).rejects.toBeInstanceOf(DocumentExistsError);
      expect(await subject.store.read((tx) => tx.get(counters, "b"))).toBeUndefined();
    });

    it("finishes what runs at its closing and refuses what comes later", async () => {
      const running = subject.store.transaction(async (tx) => {
        await turn();
        tx.put(counters, "last", { count: 1 });
      });
      await subject.close();
      await running;
      const late = subject.store.read((tx) => tx.get(counters, "last"));
      await expect(late).rejects.toBeInstanceOf(StoreClosedError);
      await subject.reopen();
      expect(await subject.store.read((tx) => tx.get(counters, "last"))).toEqual({ count: 1 });
    });
  });
};
