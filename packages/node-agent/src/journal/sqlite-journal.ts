import { mkdirSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Logger, messageOf, type WorkloadId } from "@fleetless/kernel";
import type { JournalEntry, TaskJournal } from "./journal.ts";

/** Raised when an entry's shape changes in a way that older entries cannot be read. */
const entryFormat = 1;
/** Writes after which the write-ahead log is taken into the database at the next flush. */
const checkpointAfterWrites = 500;

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 0;
  CREATE TABLE IF NOT EXISTS tasks (id TEXT PRIMARY KEY, format INTEGER NOT NULL, entry TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS awake (only INTEGER PRIMARY KEY CHECK (only = 1), at INTEGER NOT NULL) STRICT;
`;

const parseEntry = (row: Readonly<Record<string, unknown>>, logger: Logger): JournalEntry | undefined => {
  try {
    if (row.format !== entryFormat || typeof row.entry !== "string") {
      throw new Error(`the entry has format ${String(row.format)}, this version reads format ${entryFormat}`);
    }
    return JSON.parse(row.entry) as JournalEntry;
  } catch (thrown) {
    logger.error({ workload: row.id, error: messageOf(thrown) }, "journal entry left out: it cannot be read");
    return undefined;
  }
};

/**
 * A journal in `<directory>/tasks.sqlite`, readable by root alone since workloads hold environment variables.
 * A write goes to the write-ahead log without a sync, some ten microseconds; a flush syncs that log off the
 * main thread and once for all flushes that wait.
 */
export const createTaskJournal = (options: { readonly directory: string; readonly logger: Logger }): TaskJournal => {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const path = join(options.directory, "tasks.sqlite");
  const database = new DatabaseSync(path);
  database.exec(schema);
  const select = database.prepare("SELECT id, format, entry FROM tasks ORDER BY id");
  const upsert = database.prepare("INSERT OR REPLACE INTO tasks (id, format, entry) VALUES (?, ?, ?)");
  const erase = database.prepare("DELETE FROM tasks WHERE id = ?");
  const selectAwake = database.prepare("SELECT at FROM awake");
  const upsertAwake = database.prepare("INSERT OR REPLACE INTO awake (only, at) VALUES (1, ?)");
  let log: Promise<FileHandle> | undefined;
  let syncing: Promise<void> = Promise.resolve();
  let queued: Promise<void> | undefined;
  let writes = 0;

  const sync = async (): Promise<void> => {
    queued = undefined;
    log ??= open(`${path}-wal`, "r+");
    await (await log).datasync();
    if (writes < checkpointAfterWrites) return;
    writes = 0;
    database.exec("PRAGMA wal_checkpoint(PASSIVE)");
  };

  const flush = (): Promise<void> => {
    queued ??= syncing.then(sync, sync);
    syncing = queued;
    return queued;
  };

  return {
    read: () =>
      select.all().flatMap((row) => {
        const entry = parseEntry(row, options.logger);
        return entry === undefined ? [] : [entry];
      }),
    write: (entry) => {
      writes += 1;
      upsert.run(entry.task.workload.id, entryFormat, JSON.stringify(entry));
    },
    remove: (id: WorkloadId) => {
      writes += 1;
      erase.run(id);
    },
    lastAwake: () => {
      const at = selectAwake.get()?.at;
      return typeof at === "number" ? at : undefined;
    },
    markAwake: (at) => {
      writes += 1;
      upsertAwake.run(at);
    },
    flush,
    close: async () => {
      await syncing.catch(() => undefined);
      await (await log)?.close();
      database.close();
    },
  };
};
