import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger, systemClock } from "@fleetless/kernel";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OpenedStore } from "../state/append/append-tables.ts";
import { openSqliteStore } from "../state/sqlite/open.ts";
import { chain, headOf, unchain, verifyChain } from "./audit-chain.ts";

const key = Buffer.alloc(32, 7);
const inputOf = (body: string, number: number) => ({
  eventId: `event-${number}`,
  requestId: `request-${number}`,
  at: number,
  eventSource: "ecs.amazonaws.com",
  eventName: "RunTask",
  accessKeyId: undefined,
  readOnly: false,
  body,
});
const texts = (count: number): string[] => Array.from({ length: count }, (_, number) => JSON.stringify({ number }));

describe("the audit trail's chain of digests", () => {
  let directory = "";
  let store: OpenedStore;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fleetless-chain-"));
    store = await openSqliteStore({ path: join(directory, "s"), logger: silentLogger, clock: systemClock });
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });
  const newestBody = async () => (await store.auditRecords.read({ limit: 1 }))[0]?.body;
  const append = (bodies: readonly string[]) => store.auditRecords.append(() => bodies.map(inputOf));

  it("gives every record back as it was, whatever it holds", () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 }), (records) => {
        const originals = records
          .filter((record) => Object.keys(record).length > 0)
          .map((record) => JSON.stringify(record));
        const bodies = chain(key, undefined, originals);
        expect(bodies.map((body) => unchain(body).text)).toEqual(originals);
        for (const body of bodies) expect(Object.keys(JSON.parse(body))).toContain("digest");
      }),
    );
  });

  it("goes on from batch to batch", async () => {
    await append(chain(key, undefined, texts(3)));
    await append(chain(key, headOf(await newestBody()), texts(2)));
    const { head, ...verified } = await verifyChain(store.auditRecords, key);
    expect(verified).toEqual({ records: 5, brokenAt: undefined });
    expect(head).toBe(headOf(await newestBody()));
  });

  it("holds from the oldest record that retention left", async () => {
    await append(chain(key, undefined, texts(6)));
    expect(await store.auditRecords.deleteOlderThan(3, 100)).toBe(3);
    expect(await verifyChain(store.auditRecords, key)).toMatchObject({ records: 3, brokenAt: undefined });
  });

  it.each([
    ["changed", (bodies: readonly string[]) => bodies.map((body, at) => (at === 2 ? body.replace("2", "9") : body))],
    ["left out", (bodies: readonly string[]) => bodies.filter((_, at) => at !== 2)],
    [
      "put in",
      (bodies: readonly string[]) => bodies.flatMap((body, at) => (at === 2 ? ['{"forged":1}', body] : [body])),
    ],
    ["moved", ([a = "", b = "", c = "", d = ""]: readonly string[]) => [a, c, b, d]],
  ])("tells a record that was %s", async (_, tamper) => {
    await append(tamper(chain(key, undefined, texts(4))));
    expect((await verifyChain(store.auditRecords, key)).brokenAt).toBeDefined();
  });

  it("cannot be made anew without the key", async () => {
    await append(chain(Buffer.alloc(32, 8), undefined, texts(3)));
    expect((await verifyChain(store.auditRecords, key)).brokenAt).toBeDefined();
  });
});
