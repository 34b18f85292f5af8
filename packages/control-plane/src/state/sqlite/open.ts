import type { Clock, Logger } from "@fleetless/kernel";
import type { OpenedStore } from "../append/append-tables.ts";
import type { AuditRecords } from "../append/audit-records.ts";
import type { LogEvents } from "../append/log-events.ts";
import type { UsageRecords } from "../append/usage-records.ts";
import { CallsUnderWay } from "../calls-under-way.ts";
import type { Change, ReadTransaction, Transaction } from "../store.ts";
import { SqliteAuditRecords } from "./audit-records.ts";
import { Connection } from "./connection.ts";
import { DocumentStore } from "./document-store.ts";
import { defaultFeedRetention, type FeedRetention } from "./feed.ts";
import { GroupCommit } from "./group-commit.ts";
import { checkIntegrity, damageOf, markClosed, markOpen, needsCheck } from "./integrity.ts";
import { lockStore } from "./lock.ts";
import { SqliteLogEvents } from "./log-events.ts";
import { migrate } from "./migrate.ts";
import { allMigrations } from "./migrations/all-migrations.ts";
import { Readers } from "./readers.ts";
import { SqliteUsageRecords } from "./usage-records.ts";

export interface SqliteStoreOptions {
  /** The database file; it is made where it is not there, its directory is not. */
  readonly path: string;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly feedRetention?: FeedRetention;
}

/**
 * Opens the store in one SQLite file. Throws StoreInUseError where another process has it open,
 * StoreVersionError where a newer Fleetless wrote it, and StoreDamagedError.
 */
export const openSqliteStore = async (options: SqliteStoreOptions): Promise<OpenedStore> => {
  const unlock = lockStore(options.path);
  let writer: Connection | undefined;
  try {
    const isToBeChecked = needsCheck(options.path);
    markOpen(options.path);
    writer = new Connection(options.path, "writer");
    if (isToBeChecked) checkIntegrity(writer, options.path);
    const steps = migrate(writer, options.path, allMigrations);
    if (steps.length > 0) options.logger.info({ path: options.path, steps }, "migrated the store");
    return new SqliteStore(options, writer, unlock);
  } catch (thrown) {
    writer?.close();
    unlock();
    throw damageOf(thrown, options.path);
  }
};

class SqliteStore implements OpenedStore {
  readonly logEvents: LogEvents;
  readonly auditRecords: AuditRecords;
  readonly usageRecords: UsageRecords;
  readonly #path: string;
  readonly #writer: Connection;
  readonly #readers: Readers;
  readonly #commits: GroupCommit;
  readonly #documents: DocumentStore;
  readonly #logEvents: SqliteLogEvents;
  readonly #unlock: () => void;
  readonly #calls = new CallsUnderWay();

  constructor(options: SqliteStoreOptions, writer: Connection, unlock: () => void) {
    this.#path = options.path;
    this.#writer = writer;
    this.#unlock = unlock;
    this.#readers = new Readers(options.path);
    this.#commits = new GroupCommit(writer);
    this.#documents = new DocumentStore({
      writer,
      readers: this.#readers,
      commits: this.#commits,
      clock: options.clock,
      logger: options.logger,
      feedRetention: options.feedRetention ?? defaultFeedRetention,
    });
    this.#logEvents = new SqliteLogEvents(this.#readers, this.#commits, options.logger);
    this.logEvents = this.#logEvents;
    this.auditRecords = new SqliteAuditRecords(this.#readers, this.#commits);
    this.usageRecords = new SqliteUsageRecords(this.#readers, this.#commits);
    this.#logEvents.sweep();
  }

  read<Result>(work: (transaction: ReadTransaction) => Promise<Result>): Promise<Result> {
    return this.#calls.run(() => this.#documents.read(work));
  }

  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.#calls.run(() => this.#documents.transaction(work));
  }

  changes(after: number, limit: number): Promise<readonly Change[]> {
    return this.#calls.run(() => this.#documents.changes(after, limit));
  }

  latestSequence(): Promise<number> {
    return this.#calls.run(() => this.#documents.latestSequence());
  }

  onCommit(listener: () => void): () => void {
    return this.#documents.onCommit(listener);
  }

  /** One process alone has the file open, and so it leads. */
  lead(_shard: string, { begin }: { readonly begin: () => void }): () => Promise<void> {
    begin();
    return () => Promise.resolve();
  }

  close(): Promise<void> {
    return this.#calls.close(() => this.#close());
  }

  async #close(): Promise<void> {
    await this.#logEvents.close();
    this.#commits.close();
    this.#readers.close();
    this.#writer.close();
    markClosed(this.#path);
    this.#unlock();
  }
}
