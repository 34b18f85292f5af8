import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock, silentLogger } from "@fleetless/kernel";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { OpenedStore } from "../../state/append/append-tables.ts";
import { openSqliteStore } from "../../state/sqlite/open.ts";
import {
  freeAddressCount,
  giveAddressBack,
  removePool,
  subnetPool,
  takeAddress,
  takeChosenAddress,
} from "./address-pool.ts";
import { freedAddresses } from "./collections.ts";
import { parseIpv4Network } from "./ipv4.ts";

let directory: string;
let store: OpenedStore;
let pools = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "fleetless-pool-"));
  store = await openSqliteStore({
    path: join(directory, "store.sqlite"),
    clock: new ManualClock(),
    logger: silentLogger,
  });
});

afterAll(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

const newPool = () => {
  const network = parseIpv4Network("10.0.0.0/28");
  if (network === undefined) throw new Error("no network");
  return subnetPool(`subnet-${pools++}`, network);
};

it("gives, takes chosen ones and takes back as a plain set of eleven addresses would", async () => {
  const step = fc.oneof(
    fc.constant({ kind: "take" as const }),
    fc.record({ kind: fc.constant("choose" as const), last: fc.nat(17) }),
    fc.record({ kind: fc.constant("return" as const), index: fc.nat(10) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const pool = newPool();
      const taken = new Set<string>();
      for (const one of steps) {
        await store.transaction(async (transaction) => {
          if (one.kind === "take") {
            const address = await takeAddress(transaction, pool);
            expect(address === undefined).toBe(taken.size === 11);
            if (address !== undefined) {
              expect(taken.has(address)).toBe(false);
              taken.add(address);
            }
          } else if (one.kind === "choose") {
            const address = `10.0.0.${one.last}`;
            const free = one.last >= 4 && one.last <= 14 && !taken.has(address);
            expect(await takeChosenAddress(transaction, pool, address)).toBe(free);
            if (free) taken.add(address);
          } else {
            const address = [...taken][one.index];
            if (address === undefined) return;
            await giveAddressBack(transaction, pool, address);
            taken.delete(address);
          }
        });
        expect(await store.read((transaction) => freeAddressCount(transaction, pool))).toBe(11 - taken.size);
      }
    }),
    { numRuns: 40 },
  );
});

it("leaves nothing of a pool that goes", async () => {
  const pool = newPool();
  await store.transaction(async (transaction) => {
    const address = await takeAddress(transaction, pool);
    await giveAddressBack(transaction, pool, address ?? "");
  });
  await store.transaction((transaction) => removePool(transaction, pool));
  const left = await store.read((transaction) => transaction.list(freedAddresses, { prefix: `${pool.name}/` }));
  expect(left).toEqual([]);
  expect(await store.read((transaction) => freeAddressCount(transaction, pool))).toBe(11);
});
