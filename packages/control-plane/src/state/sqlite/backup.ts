import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { Connection } from "./connection.ts";
import { checkIntegrity } from "./integrity.ts";
import { migrate } from "./migrate.ts";
import { allMigrations } from "./migrations/all-migrations.ts";

export class BackupError extends Error {
  override readonly name = "BackupError";
}

/** Pages that are copied at a time, outside the event loop. */
const pagesAtOnce = 2_000;

/** Only a backup has this table, and only where the key was asked for. */
const keyTable = "backup_root_key";

/** The file of the root key, under which the secrets of the store are. */
export interface RootKeyFile {
  readonly place: string;
  readonly kind: "key" | "passphrase";
}

/**
 * Copies a store that is in use, as it is at this moment, into a file that must not be there yet. The file is made
 * whole or not at all, for its owner alone. Throws BackupError.
 */
export const backUpSqlite = async (path: string, target: string, rootKey: RootKeyFile | undefined): Promise<void> => {
  if (rootKey?.kind === "passphrase") {
    throw new BackupError("The root key is a passphrase, which is yours to keep: it is not put into a backup");
  }
  if (existsSync(target)) throw new BackupError(`There is a file ${target} already: choose another name`);
  if (!existsSync(dirname(target))) throw new BackupError(`There is no directory ${dirname(target)}`);
  const partial = `${target}.partial-${process.pid}`;
  rmSync(partial, { force: true });
  writeFileSync(partial, "", { mode: 0o600 });
  const source = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    // One view for all steps: what is written meanwhile neither comes in nor makes the copy begin anew.
    source.exec("BEGIN; SELECT COUNT(*) FROM sqlite_schema");
    await backup(source, partial, { rate: pagesAtOnce });
    finish(partial, rootKey?.place);
    linkSync(partial, target);
    sync(dirname(target));
  } finally {
    source.close();
    rmSync(partial, { force: true });
  }
};

const finish = (path: string, keyPath: string | undefined): void => {
  const copy = new DatabaseSync(path);
  try {
    // A file of its own, without a log beside it.
    copy.exec("PRAGMA journal_mode = DELETE");
    if (keyPath !== undefined) {
      copy.exec(`CREATE TABLE ${keyTable} (content TEXT NOT NULL)`);
      copy.prepare(`INSERT INTO ${keyTable} VALUES (?)`).run(readFileSync(keyPath, "utf8"));
    }
  } finally {
    copy.close();
  }
  sync(path);
};

/**
 * Puts a backup where no store is yet, checked and with its schema brought up to date. Answers the root key that it
 * held. Throws BackupError, StoreDamagedError and StoreVersionError, and leaves nothing then.
 */
export const restoreSqlite = async (source: string, path: string): Promise<string | undefined> => {
  const partial = `${path}.partial-${process.pid}`;
  rmSync(partial, { force: true });
  writeFileSync(partial, "", { mode: 0o600 });
  let connection: Connection | undefined;
  try {
    await copyFrom(source, partial);
    connection = new Connection(partial, "writer");
    checkIntegrity(connection, source);
    const tables = connection.all("SELECT name FROM sqlite_schema WHERE name IN ('documents', ?)", keyTable);
    const names = new Set(tables.map(({ name }) => name));
    if (!names.has("documents")) throw new BackupError(`${source} is not a backup of Fleetless`);
    const key = names.has(keyTable) ? connection.get(`SELECT content FROM ${keyTable}`)?.content : undefined;
    connection.execute(`DROP TABLE IF EXISTS ${keyTable}`);
    migrate(connection, source, allMigrations);
    // The page that held the key goes too.
    connection.execute("VACUUM");
    connection.execute("PRAGMA journal_mode = DELETE");
    connection.close();
    connection = undefined;
    sync(partial);
    linkSync(partial, path);
    sync(dirname(path));
    return typeof key === "string" ? key : undefined;
  } finally {
    connection?.close();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(partial + suffix, { force: true });
  }
};

const copyFrom = async (source: string, target: string): Promise<void> => {
  if (!existsSync(source)) throw new BackupError(`There is no file ${source}`);
  const database = new DatabaseSync(source, { readOnly: true });
  try {
    await backup(database, target, { rate: pagesAtOnce });
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new BackupError(`${source} is not a backup of Fleetless (${reason})`);
  } finally {
    database.close();
  }
};

/** What was written survives a failure of the machine. */
const sync = (path: string): void => {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};
