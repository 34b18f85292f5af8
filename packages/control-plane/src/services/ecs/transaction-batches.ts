import type { Store, Transaction } from "../../state/store.ts";

interface Waiting {
  readonly work: (transaction: Transaction) => Promise<unknown>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

const largestBatch = 32;

/**
 * Runs transactions that all write the same document in turn, and those that wait meanwhile together in one: side
 * by side they would only make each other run again. Launches write what is promised of a machine, registrations
 * the newest revision of a family. Where one of a batch throws, each of them runs alone, so that none pays for
 * another's mistake.
 */
export class TransactionBatches {
  readonly #store: Store;
  #waiting: Waiting[] = [];
  #running = false;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Durable when it resolves. `work` may run more than once, as in any transaction of the store. */
  run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      let last: { readonly result: Result } | undefined;
      this.#waiting.push({
        work: async (transaction) => {
          last = { result: await work(transaction) };
        },
        resolve: () => (last === undefined ? reject(new Error("The transaction did not run.")) : resolve(last.result)),
        reject,
      });
      if (!this.#running) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, largestBatch);
      this.#waiting = this.#waiting.slice(largestBatch);
      await this.#runTogether(batch);
    }
    this.#running = false;
  }

  async #runTogether(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#store.transaction(async (transaction) => {
        for (const each of batch) await each.work(transaction);
      });
      for (const each of batch) each.resolve();
    } catch (thrown) {
      if (batch.length === 1) for (const each of batch) each.reject(thrown);
      else for (const each of batch) await this.#runTogether([each]);
    }
  }
}
