import type { Store, Transaction } from "../../state/store.ts";

interface Waiting {
  readonly work: (transaction: Transaction) => Promise<unknown>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

const largestBatch = 32;

/**
 * Runs launches in turn, and those that wait meanwhile together in one transaction. All launches write what is
 * promised of a machine: side by side they would only make each other run again. Where one of a batch
 * throws, each of them runs alone, so that none pays for another's mistake.
 */
export class LaunchBatches {
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
        resolve: () => (last === undefined ? reject(new Error("The launch did not run.")) : resolve(last.result)),
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
        for (const launch of batch) await launch.work(transaction);
      });
      for (const launch of batch) launch.resolve();
    } catch (thrown) {
      if (batch.length === 1) for (const launch of batch) launch.reject(thrown);
      else for (const launch of batch) await this.#runTogether([launch]);
    }
  }
}
