import type { Clock, Logger } from "@fleetless/kernel";
import { type AttemptOutcome, Attempts } from "../attempts.ts";
import { Listeners } from "../listeners.ts";
import { type Change, type ReadTransaction, type Store, type Transaction, TransactionConflictError } from "../store.ts";
import type { Connection } from "./connection.ts";
import { type FeedRetention, latestSequence, readChanges, trimFeed } from "./feed.ts";
import type { GroupCommit } from "./group-commit.ts";
import { IndexBuilder } from "./index-builder.ts";
import type { Readers } from "./readers.ts";
import { Snapshot } from "./snapshot.ts";
import { BufferedTransaction } from "./transaction.ts";
import { SnapshotOutdatedError, type View } from "./view.ts";
import { checkReads, writeDocuments } from "./write-documents.ts";

/** One look at the feed's old end for so many commits. */
const commitsPerTrim = 256;

export interface DocumentStoreOptions {
  readonly writer: Connection;
  readonly readers: Readers;
  readonly commits: GroupCommit;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly feedRetention: FeedRetention;
}

/** The contract of the store, without its opening and closing. */
export class DocumentStore implements Omit<Store, "close"> {
  readonly #options: DocumentStoreOptions;
  readonly #indexes: IndexBuilder;
  readonly #listeners: Listeners<[]>;
  readonly #attempts = new Attempts();
  #commitsUntilTrim = 0;

  constructor(options: DocumentStoreOptions) {
    this.#options = options;
    this.#listeners = new Listeners(options.logger, "the store");
    this.#indexes = new IndexBuilder(options.writer);
  }

  read<Result>(work: (transaction: ReadTransaction) => Promise<Result>): Promise<Result> {
    return this.#onFreshSnapshot((view) => work(new Snapshot(view, this.#indexes)));
  }

  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.#attempts.run(() => this.#attempt(work));
  }

  async changes(after: number, limit: number): Promise<readonly Change[]> {
    return this.#options.readers.once((reader) => readChanges(reader, after, limit));
  }

  async latestSequence(): Promise<number> {
    return this.#options.readers.once(latestSequence);
  }

  onCommit(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  async #attempt<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<AttemptOutcome<Result>> {
    const { result, reads, writes } = await this.#onFreshSnapshot(async (view) => {
      const transaction = new BufferedTransaction(view, this.#indexes);
      const result = await work(transaction);
      return { result, reads: transaction.reads, writes: transaction.writes };
    });
    if (writes.length === 0) return { kind: "committed", result };
    try {
      const changes = await this.#options.commits.submit((writer) => {
        checkReads(writer, reads);
        this.#options.readers.outdate();
        const now = this.#options.clock.now();
        this.#trimNowAndThen(writer, now);
        return writeDocuments(writer, writes, now);
      });
      if (changes > 0) this.#listeners.wake();
      return { kind: "committed", result };
    } catch (thrown) {
      if (thrown instanceof TransactionConflictError) return { kind: "conflict" };
      throw thrown;
    }
  }

  async #onFreshSnapshot<Result>(work: (view: View) => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await this.#options.readers.snapshot(work);
      } catch (thrown) {
        if (!(thrown instanceof SnapshotOutdatedError)) throw thrown;
        this.#options.readers.outdate();
      }
    }
  }

  #trimNowAndThen(writer: Connection, now: number): void {
    this.#commitsUntilTrim -= 1;
    if (this.#commitsUntilTrim > 0) return;
    this.#commitsUntilTrim = commitsPerTrim;
    trimFeed(writer, now, this.#options.feedRetention);
  }
}
