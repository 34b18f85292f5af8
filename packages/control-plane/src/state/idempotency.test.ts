import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger, systemClock } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OpenedStore } from "./append/append-tables.ts";
import { idempotencyMilliseconds, idempotently } from "./idempotency.ts";
import { openSqliteStore } from "./sqlite/open.ts";
import { defineCollection } from "./store.ts";

const made = defineCollection<{ readonly made: true }>("made");
const tokens = defineCollection<unknown>("idempotency-tokens");
const expiries = defineCollection<unknown>("idempotency-expiries");

describe("idempotency by client token", () => {
  let directory = "";
  let store: OpenedStore;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fleetless-idempotency-"));
    store = await openSqliteStore({ path: join(directory, "s"), logger: silentLogger, clock: systemClock });
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  const run = (token: string | undefined, input: unknown, now = 1_000, scope = "a/ecs:RunTask") =>
    store.transaction((transaction) =>
      idempotently(transaction, {
        scope,
        token,
        input,
        now,
        mismatch: () => new Error("IdempotentParameterMismatch"),
        make: async () => {
          const key = `m${(await transaction.list(made)).length}`;
          transaction.insert(made, key, { made: true });
          return key;
        },
        repeat: (kept) => String(kept),
      }),
    );
  const count = async () => (await store.read((transaction) => transaction.list(made))).length;

  it("makes once for a token and the same input, in whatever order its members come", async () => {
    expect(await run("t", { a: 1, b: { c: 2, d: [1, 2] } })).toBe("m0");
    expect(await run("t", { b: { d: [1, 2], c: 2 }, a: 1 })).toBe("m0");
    expect(await count()).toBe(1);
  });

  it("makes once also among calls at the same time", async () => {
    const results = await Promise.all(Array.from({ length: 10 }, () => run("t", { a: 1 })));
    expect(new Set(results)).toEqual(new Set(["m0"]));
    expect(await count()).toBe(1);
  });

  it("refuses the same token with another input", async () => {
    await run("t", { a: 1 });
    await expect(run("t", { a: 2 })).rejects.toThrow("IdempotentParameterMismatch");
    await expect(run("t", { a: [1] })).rejects.toThrow("IdempotentParameterMismatch");
  });

  it("keeps tokens of other scopes apart, and makes each time without one", async () => {
    await run("t", 1);
    await run("t", 1, 1_000, "b/ecs:RunTask");
    await run(undefined, 1);
    await run(undefined, 1);
    expect(await count()).toBe(4);
  });

  it("forgets a token after a day and gives its room back", async () => {
    for (let number = 0; number < 5; number += 1) await run(`t${number}`, 1);
    await run("t0", 2, 1_000 + idempotencyMilliseconds);
    await run("u", 1, 1_000 + idempotencyMilliseconds);
    expect(await count()).toBe(7);
    expect((await store.read((transaction) => transaction.list(tokens))).length).toBe(2);
    expect((await store.read((transaction) => transaction.list(expiries))).length).toBe(2);
  });
});
