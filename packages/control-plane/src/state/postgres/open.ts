import { randomUUID } from "node:crypto";
import type { Clock, Logger } from "@fleetless/kernel";
import type { OpenedStore } from "../append/append-tables.ts";
import type { AuditRecords } from "../append/audit-records.ts";
import type { LogEvents } from "../append/log-events.ts";
import type { UsageRecords } from "../append/usage-records.ts";
import { CallsUnderWay } from "../calls-under-way.ts";
import type { Change, ReadTransaction, Transaction } from "../store.ts";
import { AppendCommit } from "./append-commit.ts";
import { PostgresAuditRecords } from "./audit-records.ts";
import { Connection } from "./connection.ts";
import { DocumentStore } from "./document-store.ts";
import { defaultFeedRetention, type FeedRetention } from "./feed.ts";
import { type Lead, leadShard } from "./leadership.ts";
import type { PostgresLocation } from "./location.ts";
import { locks } from "./lock.ts";
import { PostgresLogEvents } from "./log-events.ts";
import { whileAway } from "./lost-connection.ts";
import { migrate } from "./migrate.ts";
import { allMigrations } from "./migrations/all-migrations.ts";
import { Notifications, type WakeUps } from "./notifications.ts";
import { Readers } from "./readers.ts";
import { PostgresUsageRecords } from "./usage-records.ts";
import { Writer } from "./writer.ts";

export interface PostgresStoreOptions {
  readonly location: PostgresLocation;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly feedRetention?: FeedRetention;
}

/**
 * Opens the store in one schema of a PostgreSQL database (14 or newer), which it makes where it is missing. Any
 * number of processes may have it open. Throws StoreUnavailableError where the server does not answer, and
 * StoreVersionError where a newer Fleetless wrote the schema.
 */
export const openPostgresStore = async (options: PostgresStoreOptions): Promise<OpenedStore> => {
  const { location, logger } = options;
  const connect = () => Connection.open(location);
  const connection = await whileAway(location.redacted, () => false, connect);
  try {
    const steps = await migrate(connection, location, allMigrations);
    if (steps.length > 0) logger.info({ store: location.redacted, steps }, "migrated the store");
    // Of writers that were killed; none is in doubt for so long.
    await connection.execute("DELETE FROM commits WHERE at < now() - interval '1 day'");
  } finally {
    await connection.close();
  }
  const store = new PostgresStore(options, connect);
  await store.listen();
  return store;
};

class PostgresStore implements OpenedStore {
  readonly logEvents: LogEvents;
  readonly auditRecords: AuditRecords;
  readonly usageRecords: UsageRecords;
  readonly #readers: Readers;
  readonly #documents: DocumentStore;
  readonly #logEvents: PostgresLogEvents;
  readonly #notifications: Notifications;
  readonly #calls = new CallsUnderWay();
  readonly #leadShard: (shard: string, lead: Lead) => () => Promise<void>;
  readonly #leaves = new Set<() => Promise<void>>();

  constructor(options: PostgresStoreOptions, connect: () => Promise<Connection>) {
    const { location, logger } = options;
    this.#leadShard = (shard, lead) => leadShard(location, connect, shard, lead, logger);
    const wakeUps: WakeUps = {
      commitChannel: `${location.schema}_commits`,
      appendChannel: `${location.schema}_log_events`,
      origin: randomUUID(),
    };
    this.#readers = new Readers(location.redacted, connect);
    this.#documents = new DocumentStore({
      writer: new Writer(location, connect, locks.documents),
      readers: this.#readers,
      clock: options.clock,
      logger,
      feedRetention: options.feedRetention ?? defaultFeedRetention,
      wakeUps,
    });
    const appends = new AppendCommit(new Writer(location, connect, locks.appends));
    this.#logEvents = new PostgresLogEvents(this.#readers, appends, wakeUps, logger);
    this.logEvents = this.#logEvents;
    this.auditRecords = new PostgresAuditRecords(this.#readers, appends);
    this.usageRecords = new PostgresUsageRecords(this.#readers, appends);
    this.#notifications = new Notifications(
      connect,
      wakeUps.origin,
      {
        channels: new Map<string, (payload: string) => void>([
          [wakeUps.commitChannel, () => this.#documents.wakeListeners()],
          [wakeUps.appendChannel, (group) => this.#heardOfAppend(group)],
        ]),
        missed: () => {
          this.#documents.wakeListeners();
          this.#heardOfAppend("");
        },
      },
      logger,
    );
  }

  #heardOfAppend(group: string): void {
    if (group === "") this.#logEvents.wakeForEveryGroup().catch(() => undefined);
    else this.#logEvents.wakeListeners(group);
  }

  async listen(): Promise<void> {
    await this.#notifications.open();
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

  lead(shard: string, lead: Lead): () => Promise<void> {
    const leave = this.#leadShard(shard, lead);
    this.#leaves.add(leave);
    return async () => {
      this.#leaves.delete(leave);
      await leave();
    };
  }

  close(): Promise<void> {
    return this.#calls.close(() => this.#close());
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#leaves].map((leave) => leave()));
    await this.#notifications.close();
    await this.#logEvents.close();
    await this.#documents.close();
    await this.#readers.close();
  }
}
