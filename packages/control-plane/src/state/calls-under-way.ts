import { StoreClosedError } from "./store.ts";

/** The calls of a store that have begun and not ended, so that closing waits for them and lets no new one in. */
export class CallsUnderWay {
  readonly #running = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  /** Throws StoreClosedError once `close` was called. */
  async run<Result>(begin: () => Promise<Result>): Promise<Result> {
    if (this.#closed !== undefined) throw new StoreClosedError("The store is closed.");
    const running = begin();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Runs `close` once all calls have ended; called again, answers the same. */
  close(close: () => Promise<void>): Promise<void> {
    this.#closed ??= Promise.allSettled(this.#running).then(close);
    return this.#closed;
  }
}
