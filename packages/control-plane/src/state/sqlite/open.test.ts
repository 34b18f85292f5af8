import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ManualClock, silentLogger, systemClock } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defineCollection, FeedTruncatedError } from "../store.ts";
import { StoreVersionError } from "../store-version-error.ts";
import { Connection } from "./connection.ts";
import { StoreDamagedError } from "./integrity.ts";
import { StoreInUseError } from "./lock.ts";
import { migrate } from "./migrate.ts";
import { allMigrations } from "./migrations/all-migrations.ts";
import { openSqliteStore } from "./open.ts";

const counters = defineCollection<{ readonly count: number }>("counters");

describe("opening a SQLite store", () => {
  let directory = "";
  let path = "";
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fleetless-store-"));
    path = join(directory, "store.sqlite");
  });
  afterEach(() => rm(directory, { recursive: true }));

  const open = (clock = systemClock, feedRetention = { milliseconds: 3_600_000, batch: 100 }) =>
    openSqliteStore({ path, logger: silentLogger, clock, feedRetention });

  it("is refused while it is open, in this process or another, and free again when that one was killed", async () => {
    const store = await open();
    await expect(open()).rejects.toBeInstanceOf(StoreInUseError);
    await store.close();
    const writer = fileURLToPath(new URL("./conformance-writer.ts", import.meta.url));
    const child = spawn(process.execPath, [writer, path], { stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(child, "exit");
    await once(child.stdout, "data");
    await expect(open()).rejects.toThrow("is in use by another Fleetless");
    child.kill("SIGKILL");
    await exited;
    await (await open()).close();
  });

  it("refuses a file of a newer version in a clear sentence, and leaves it alone", async () => {
    await (await open()).close();
    const connection = new Connection(path, "writer");
    connection.execute("PRAGMA user_version = 4711");
    connection.close();
    await expect(open()).rejects.toBeInstanceOf(StoreVersionError);
    await expect(open()).rejects.toThrow("was written by a newer Fleetless (schema 4711");
  });

  it("checks a file whose process was killed, and refuses one that is damaged in a clear sentence", async () => {
    const filled = await open();
    await filled.transaction(async (tx) => {
      for (let count = 0; count < 5_000; count += 1) tx.put(counters, `counter/${count}`, { count });
    });
    await filled.close();
    const killed = join(directory, "killed.sqlite");
    const running = await open();
    await running.transaction(async (tx) => tx.put(counters, "last", { count: 1 }));
    for (const suffix of ["", "-wal"]) await copyFile(path + suffix, killed + suffix);
    await running.close();
    const openKilled = () => openSqliteStore({ path: killed, logger: silentLogger, clock: systemClock });

    await (await openKilled()).close();
    await writeFile(`${killed}.open`, "");
    const whole = await readFile(killed);
    whole.fill(0xa5, Math.floor(whole.length / 2), Math.floor(whole.length / 2) + 20_000);
    await writeFile(killed, whole);
    await expect(openKilled()).rejects.toBeInstanceOf(StoreDamagedError);
    await expect(openKilled()).rejects.toThrow(
      /killed\.sqlite is damaged \(.+\): put a backup .*`fleetless down --purge`/,
    );
    await writeFile(killed, "no database at all ".repeat(1_000));
    await expect(openKilled()).rejects.toBeInstanceOf(StoreDamagedError);
  });

  it("takes only the steps that are missing, and undoes a step that fails", () => {
    expect(allMigrations.map(({ version }) => version)).toEqual(allMigrations.map((_, index) => index + 1));
    const connection = new Connection(path, "writer");
    const first = { version: 1, statements: "CREATE TABLE one (a INTEGER)" };
    const second = { version: 2, statements: "ALTER TABLE one ADD COLUMN b INTEGER" };
    expect(migrate(connection, path, [first])).toEqual([1]);
    connection.run("INSERT INTO one (a) VALUES (1)");
    const broken = { version: 2, statements: "CREATE TABLE two (a INTEGER); CREATE TABLE one (a INTEGER)" };
    expect(() => migrate(connection, path, [first, broken])).toThrow("already exists");
    expect(connection.get("SELECT name FROM sqlite_schema WHERE name = 'two'")).toBeUndefined();
    expect(migrate(connection, path, [first, second])).toEqual([2]);
    expect(migrate(connection, path, [first, second])).toEqual([]);
    expect(connection.get("SELECT a, b FROM one")).toEqual({ a: 1, b: null });
    connection.close();
  });

  it("trims the feed behind its retention, keeps the newest place, and says so to followers", async () => {
    const clock = new ManualClock();
    const store = await open(clock, { milliseconds: 1_000, batch: 100 });
    const put = (key: string) => store.transaction(async (tx) => tx.put(counters, key, { count: 1 }));
    for (let count = 0; count < 10; count += 1) await put(`old/${count}`);
    clock.advance(5_000);
    for (let count = 0; count < 600; count += 1) await put("new");
    await expect(store.changes(3, 10)).rejects.toBeInstanceOf(FeedTruncatedError);
    const kept = await store.changes(10, 1_000);
    expect(kept).toHaveLength(600);
    expect(await store.latestSequence()).toBe(610);
    await store.close();
  });
});
