import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Clock, ManualClock, silentLogger, systemClock } from "@fleetless/kernel";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenedStore } from "../append/append-tables.ts";
import { counters } from "../conformance/subjects.ts";
import { type Change, FeedTruncatedError, StoreUnavailableError } from "../store.ts";
import { StoreVersionError } from "../store-version-error.ts";
import { Connection, integerOf } from "./connection.ts";
import { migrate } from "./migrate.ts";
import { allMigrations } from "./migrations/all-migrations.ts";
import { openPostgresStore } from "./open.ts";
import { startTestCluster, type TestCluster } from "./testing/cluster.ts";

const feedWriter = fileURLToPath(new URL("./testing/feed-writer.ts", import.meta.url));

describe("opening a PostgreSQL store", () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startTestCluster();
  }, 60_000);
  afterAll(() => cluster.remove());

  const open = (schema: string, clock: Clock = systemClock): Promise<OpenedStore> =>
    openPostgresStore({
      location: cluster.location(schema),
      logger: silentLogger,
      clock,
      feedRetention: { milliseconds: 60_000, batch: 100 },
    });

  const connected = async <Result>(schema: string, work: (connection: Connection) => Promise<Result>) => {
    const connection = await Connection.open(cluster.location(schema));
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  };

  it("shows a follower every change in its order while two processes and this one write", async () => {
    const store = await open("two_processes");
    const transactions = 200;
    const children = ["left", "right"].map((name) =>
      spawn(process.execPath, [feedWriter, cluster.url("two_processes"), name, String(transactions)], {
        stdio: "inherit",
      }),
    );
    const exited = Promise.all(children.map((child) => once(child, "exit")));
    let wakeUps = 0;
    store.onCommit(() => {
      wakeUps += 1;
    });
    const seen: Change[] = [];
    const follow = async (): Promise<void> => {
      for (;;) {
        const page = await store.changes(seen.at(-1)?.sequence ?? 0, 50);
        seen.push(...page);
        if (page.length === 0) return;
      }
    };
    let running = true;
    const following = (async () => {
      while (running) await follow();
    })();
    const codes = await exited;
    expect(wakeUps).toBeGreaterThan(0);
    for (let count = 0; count < 50; count += 1) {
      await store.transaction(async (tx) => tx.put(counters, `here/${count}`, { count }));
    }
    running = false;
    await following;
    await follow();
    expect(codes).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(seen.map(({ sequence }) => sequence)).toEqual(seen.map((_, index) => index + 1));
    expect(new Set(seen.map(({ key }) => key)).size).toBe(2 * transactions + 50 + 1);
    expect(await store.read((tx) => tx.get(counters, "shared"))).toEqual({ count: 2 * transactions });
    await store.close();
  });

  it("loses nothing and does nothing twice while the server is killed and started under load", async () => {
    const store = await open("killed");
    let acknowledged = 0;
    let running = true;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let batch = 1; running; batch += 1) {
        await store.transaction(async (tx) => {
          const total = await tx.get(counters, "total");
          tx.put(counters, "total", { count: (total?.count ?? 0) + 1 });
        });
        await store.logEvents.append({
          group: "g",
          stream: `${writer}`,
          ingestionTime: batch,
          events: [{ timestamp: batch, message: `${writer}/${batch}` }],
        });
        acknowledged += 1;
      }
    });
    for (let kill = 0; kill < 3; kill += 1) {
      await sleep(300);
      await cluster.stop("immediate");
      await sleep(100);
      await cluster.start();
    }
    await sleep(300);
    running = false;
    await Promise.all(writers);
    const total = await store.read((tx) => tx.get(counters, "total"));
    expect(total?.count).toBe(acknowledged);
    expect((await store.logEvents.readGroup({ group: "g", limit: 100_000 })).length).toBe(acknowledged);
    let woken = false;
    store.onCommit(() => {
      woken = true;
    });
    const other = await open("killed");
    await other.transaction(async (tx) => tx.put(counters, "other", { count: 1 }));
    await expect.poll(() => woken, { timeout: 10_000 }).toBe(true);
    await other.close();
    await store.close();
  }, 60_000);

  it("says clearly that the server is away, without the password", async () => {
    const store = await open("away");
    await cluster.stop("fast");
    try {
      const outcomes = await Promise.allSettled([
        store.read((tx) => tx.get(counters, "a")),
        store.transaction(async (tx) => tx.put(counters, "a", { count: 1 })),
      ]);
      for (const outcome of outcomes) {
        if (outcome.status === "fulfilled") throw new Error("The store answered without its server.");
        expect(outcome.reason).toBeInstanceOf(StoreUnavailableError);
        expect(outcome.reason.message).toMatch(/^The store postgres:.* does not answer \(.+\)/);
      }
    } finally {
      await cluster.start();
    }
    await store.transaction(async (tx) => tx.put(counters, "a", { count: 2 }));
    expect(await store.read((tx) => tx.get(counters, "a"))).toEqual({ count: 2 });
    await store.close();
  }, 60_000);

  it("finishes many views that wait for views of their own", async () => {
    const store = await open("nested");
    const counts = await Promise.all(
      Array.from({ length: 30 }, () =>
        store.read(async (outer) => {
          await outer.get(counters, "a");
          return store.read(async (inner) => (await inner.list(counters)).length);
        }),
      ),
    );
    expect(counts).toHaveLength(30);
    await store.close();
  });

  it("lets one process at a time lead a shard, and the next one when it is gone", async () => {
    const [first, second] = [await open("led"), await open("led")];
    const leaders: string[] = [];
    const lost = () => leaders.push("lost");
    first.lead("shard", { begin: () => leaders.push("first"), lost });
    await expect.poll(() => leaders, { timeout: 10_000 }).toEqual(["first"]);
    second.lead("shard", { begin: () => leaders.push("second"), lost });
    second.lead("another", { begin: () => leaders.push("another"), lost });
    await expect.poll(() => leaders, { timeout: 10_000 }).toEqual(["first", "another"]);
    await cluster.stop("immediate");
    await first.close();
    await cluster.start();
    await expect.poll(() => leaders, { timeout: 20_000 }).toEqual(["first", "another", "second"]);
    await second.close();
  }, 60_000);

  it("refuses a schema of a newer version in a clear sentence, and leaves it alone", async () => {
    await (await open("newer")).close();
    await connected("newer", (connection) => connection.query("UPDATE schema_version SET version = 4711"));
    await expect(open("newer")).rejects.toBeInstanceOf(StoreVersionError);
    await expect(open("newer")).rejects.toThrow("was written by a newer Fleetless (schema 4711");
  });

  it("takes only the steps that are missing, undoes one that fails, and lets many begin at once", async () => {
    expect(allMigrations.map(({ version }) => version)).toEqual(allMigrations.map((_, index) => index + 1));
    const location = cluster.location("steps");
    const first = { version: 1, statements: "CREATE TABLE one (a INTEGER); INSERT INTO one VALUES (1)" };
    const second = { version: 2, statements: "ALTER TABLE one ADD COLUMN b INTEGER" };
    const broken = { version: 2, statements: "CREATE TABLE two (a INTEGER); CREATE TABLE one (a INTEGER)" };
    await connected("steps", async (connection) => {
      expect(await migrate(connection, location, [first])).toEqual([1]);
    });
    await connected("steps", (connection) =>
      expect(migrate(connection, location, [first, broken])).rejects.toThrow("already exists"),
    );
    await connected("steps", async (connection) => {
      expect(await connection.query("SELECT to_regclass('two') AS two")).toEqual([{ two: null }]);
      expect(await migrate(connection, location, [first, second])).toEqual([2]);
      expect(await connection.query("SELECT a, b FROM one")).toEqual([{ a: 1, b: null }]);
    });
    const stores = await Promise.all(Array.from({ length: 4 }, () => open("together")));
    await Promise.all(stores.map((store) => store.close()));
  });

  it("trims the feed behind its retention, keeps the newest place, and says so to followers", async () => {
    const clock = new ManualClock();
    const store = await open("trimmed", clock);
    const put = (key: string) => store.transaction(async (tx) => tx.put(counters, key, { count: 1 }));
    for (let count = 0; count < 10; count += 1) await put(`old/${count}`);
    clock.advance(100_000);
    for (let count = 0; count < 300; count += 1) await put("new");
    await expect(store.changes(3, 10)).rejects.toBeInstanceOf(FeedTruncatedError);
    expect(await store.changes(10, 1_000)).toHaveLength(300);
    expect(await store.latestSequence()).toBe(310);
    await store.close();
  });

  it("keeps messages with characters that PostgreSQL's text does not hold", async () => {
    const store = await open("characters");
    const message = "a\0b \u{1F600}";
    await store.logEvents.append({ group: "g", stream: "s", ingestionTime: 1, events: [{ timestamp: 1, message }] });
    const [event] = await store.logEvents.readGroup({ group: "g", limit: 1 });
    expect(event?.message).toBe(message);
    expect(await store.read((tx) => tx.get(counters, "a\0"))).toBeUndefined();
    expect(await store.read((tx) => tx.list(counters, { prefix: "a\0", after: "a\0" }))).toEqual([]);
    await store.close();
  });

  it("gives statements a time limit, and durability whatever the database's setting", async () => {
    await (await open("settings")).close();
    await connected("settings", async (connection) => {
      const [row] = await connection.query(
        `SELECT current_setting('statement_timeout') AS timeout, current_setting('synchronous_commit') AS durable,
           (SELECT COUNT(*)::int FROM documents) AS documents`,
      );
      expect(row).toMatchObject({ timeout: "30s", durable: "on" });
      expect(integerOf(row ?? {}, "documents")).toBe(0);
    });
  });
});
