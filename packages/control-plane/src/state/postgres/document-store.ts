import type { Clock, Logger } from "@fleetless/kernel";
import { type AttemptOutcome, Attempts } from "../attempts.ts";
import { Listeners } from "../listeners.ts";
import { type Change, type ReadTransaction, type Store, type Transaction, TransactionConflictError } from "../store.ts";
import type { Connection } from "./connection.ts";
import { type FeedRetention, latestSequence, readChanges, trimFeed } from "./feed.ts";
import { GroupCommit } from "./group-commit.ts";
import { IndexBuilder } from "./index-builder.ts";
import type { WakeUps } from "./notifications.ts";
import type { Readers } from "./readers.ts";
import { Snapshot, SnapshotOutdatedError } from "./snapshot.ts";
import { BufferedTransaction } from "./transaction.ts";
import { commitDocuments, type DocumentCommit } from "./write-documents.ts";
import type { Writer } from "./writer.ts";

/** One look at the feed's old end for so many commits. */
const commitsPerTrim = 256;

export interface DocumentStoreOptions {
  readonly writer: Writer;
  readonly readers: Readers;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly feedRetention: FeedRetention;
  readonly wakeUps: WakeUps;
}

/** The contract of the store, without its opening and closing. */
export class DocumentStore implements Omit<Store, "close"> {
  readonly #options: DocumentStoreOptions;
  readonly #indexes: IndexBuilder;
  readonly #commits: GroupCommit<DocumentCommit, number>;
  readonly #listeners: Listeners<[]>;
  readonly #attempts = new Attempts();
  #commitsUntilTrim = 0;

  constructor(options: DocumentStoreOptions) {
    this.#options = options;
    this.#listeners = new Listeners(options.logger, "the store");
    this.#indexes = new IndexBuilder(options.writer, options.readers);
    this.#commits = new GroupCommit({
      writer: options.writer,
      apply: (connection, commits) => this.#apply(connection, commits),
      committed: (changes) => {
        if (changes.some((count) => count > 0)) this.wakeListeners();
      },
    });
  }

  read<Result>(work: (transaction: ReadTransaction) => Promise<Result>): Promise<Result> {
    return this.#onFreshSnapshot((reader) => work(new Snapshot(reader, this.#indexes)));
  }

  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.#attempts.run(() => this.#attempt(work));
  }

  changes(after: number, limit: number): Promise<readonly Change[]> {
    return this.#options.readers.once((reader) => readChanges(reader, after, limit));
  }

  latestSequence(): Promise<number> {
    return this.#options.readers.once(latestSequence);
  }

  onCommit(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  wakeListeners(): void {
    this.#listeners.wake();
  }

  close(): Promise<void> {
    return this.#commits.close();
  }

  async #apply(connection: Connection, commits: readonly DocumentCommit[]) {
    const now = this.#options.clock.now();
    const outcomes = await commitDocuments(connection, commits, now, this.#options.wakeUps);
    this.#commitsUntilTrim -= commits.length;
    if (this.#commitsUntilTrim <= 0) {
      this.#commitsUntilTrim = commitsPerTrim;
      await trimFeed(connection, now, this.#options.feedRetention);
    }
    return outcomes;
  }

  async #attempt<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<AttemptOutcome<Result>> {
    const { result, transaction } = await this.#onFreshSnapshot(async (reader) => {
      const transaction = new BufferedTransaction(reader, this.#indexes);
      return { result: await work(transaction), transaction };
    });
    const { reads, inserts, writes } = transaction;
    if (writes.length === 0) return { kind: "committed", result };
    await transaction.completeIndexes();
    try {
      await this.#commits.submit({ reads, inserts, writes });
      return { kind: "committed", result };
    } catch (thrown) {
      if (thrown instanceof TransactionConflictError) return { kind: "conflict" };
      throw thrown;
    }
  }

  async #onFreshSnapshot<Result>(work: (reader: Connection) => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await this.#options.readers.snapshot(work);
      } catch (thrown) {
        if (!(thrown instanceof SnapshotOutdatedError)) throw thrown;
      }
    }
  }
}
