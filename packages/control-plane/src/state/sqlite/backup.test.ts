import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger, systemClock } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { counters } from "../conformance/subjects.ts";
import { StoreVersionError } from "../store-version-error.ts";
import { BackupError, backUpSqlite, restoreSqlite } from "./backup.ts";
import { Connection } from "./connection.ts";
import { StoreDamagedError } from "./integrity.ts";
import { openSqliteStore } from "./open.ts";

describe("a backup of the embedded store", () => {
  let directory = "";
  let path = "";
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fleetless-backup-"));
    path = join(directory, "store.sqlite");
  });
  afterEach(() => rm(directory, { recursive: true }));

  const open = (file = path) => openSqliteStore({ path: file, logger: silentLogger, clock: systemClock });
  const inDirectory = (name: string): string => join(directory, name);

  it("holds every transaction that was acknowledged before it, and no half of one, while writers go on", async () => {
    const store = await open();
    await store.transaction(async (tx) => {
      for (let count = 0; count < 20_000; count += 1) tx.put(counters, `filler/${count}`, { count });
    });
    let running = true;
    const acknowledged: string[] = [];
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let count = 1; running; count += 1) {
        const key = `${writer}/${String(count).padStart(6, "0")}`;
        await store.transaction(async (tx) => {
          tx.insert(counters, key, { count });
          tx.put(counters, `${writer}/latest`, { count });
        });
        await store.logEvents.append({
          group: "g",
          stream: `${writer}`,
          ingestionTime: count,
          events: [{ timestamp: count, message: key }],
        });
        acknowledged.push(key);
      }
    });
    const backups: { readonly file: string; readonly before: readonly string[] }[] = [];
    for (let number = 0; number < 3; number += 1) {
      await expect.poll(() => acknowledged.length).toBeGreaterThan(number * 50);
      const before = [...acknowledged];
      const file = inDirectory(`backup-${number}`);
      await backUpSqlite(path, file, undefined);
      backups.push({ file, before });
    }
    expect(acknowledged.length).toBeGreaterThan(backups.at(-1)?.before.length ?? 0);
    running = false;
    await Promise.all(writers);
    await store.close();
    for (const [number, { file, before }] of backups.entries()) {
      const restored = inDirectory(`restored-${number}.sqlite`);
      expect(await restoreSqlite(file, restored)).toBeUndefined();
      const copy = await open(restored);
      const found = await copy.read((tx) => tx.list(counters));
      const stored = new Map(found.map(({ key, document }) => [key, document.count]));
      expect(before.filter((key) => !stored.has(key))).toEqual([]);
      const logged = new Set((await copy.logEvents.readGroup({ group: "g", limit: 1_000_000 })).map((e) => e.message));
      expect(before.filter((key) => !logged.has(key))).toEqual([]);
      for (let writer = 0; writer < 4; writer += 1) {
        const inserted = [...stored.keys()].filter((key) => key.startsWith(`${writer}/0`));
        expect(inserted).toHaveLength(stored.get(`${writer}/latest`) ?? 0);
      }
      await copy.close();
    }
  });

  it("is for its owner alone, overwrites nothing, and leaves no half of itself", async () => {
    await (await open()).close();
    const file = inDirectory("backup");
    await backUpSqlite(path, file, undefined);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await expect(backUpSqlite(path, file, undefined)).rejects.toThrow("There is a file");
    await expect(backUpSqlite(path, inDirectory("none/backup"), undefined)).rejects.toBeInstanceOf(BackupError);
    expect((await readdir(directory)).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("holds the root key only where that is asked for, and the restored store never", async () => {
    await (await open()).close();
    const key = inDirectory("root.key");
    await writeFile(key, "the key itself\n");
    await backUpSqlite(path, inDirectory("without"), undefined);
    await backUpSqlite(path, inDirectory("with"), { place: key, kind: "key" });
    const withPassphrase = backUpSqlite(path, inDirectory("refused"), { place: key, kind: "passphrase" });
    await expect(withPassphrase).rejects.toThrow("The root key is a passphrase");
    expect((await readFile(inDirectory("without"))).includes("the key itself")).toBe(false);
    expect((await readFile(inDirectory("with"))).includes("the key itself")).toBe(true);
    const restored = inDirectory("restored.sqlite");
    expect(await restoreSqlite(inDirectory("with"), restored)).toBe("the key itself\n");
    expect((await readFile(restored)).includes("the key itself")).toBe(false);
  });

  it("refuses what is no backup, what is damaged and what is newer, and leaves nothing", async () => {
    const store = await open();
    await store.transaction(async (tx) => {
      for (let count = 0; count < 5_000; count += 1) tx.put(counters, `counter/${count}`, { count });
    });
    await store.close();
    const restored = inDirectory("restored.sqlite");
    await expect(restoreSqlite(inDirectory("none"), restored)).rejects.toThrow("There is no file");
    await writeFile(inDirectory("text"), "no database at all ".repeat(1_000));
    await expect(restoreSqlite(inDirectory("text"), restored)).rejects.toThrow("is not a backup of Fleetless");
    const empty = new Connection(inDirectory("empty"), "writer");
    empty.execute("CREATE TABLE other (a INTEGER)");
    empty.close();
    await expect(restoreSqlite(inDirectory("empty"), restored)).rejects.toThrow("is not a backup of Fleetless");
    const damaged = inDirectory("damaged");
    await copyFile(path, damaged);
    const bytes = await readFile(damaged);
    bytes.fill(0xa5, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 20_000);
    await writeFile(damaged, bytes);
    await expect(restoreSqlite(damaged, restored)).rejects.toBeInstanceOf(StoreDamagedError);
    const newer = inDirectory("newer");
    await backUpSqlite(path, newer, undefined);
    const connection = new Connection(newer, "writer");
    connection.execute("PRAGMA user_version = 4711");
    connection.close();
    await expect(restoreSqlite(newer, restored)).rejects.toBeInstanceOf(StoreVersionError);
    expect((await readdir(directory)).filter((name) => name.startsWith("restored"))).toEqual([]);
  });
});
