import { serviceUnavailable } from "./errors.ts";

/** What one request holds of the budget; `release` gives all of it back. */
export interface HeldBytes {
  /** Throws ServiceUnavailable where the server as a whole would hold too much. */
  take(bytes: number): void;
  release(): void;
}

/** How many bytes of request bodies the server holds at once, whoever sent them. */
export class BodyBudget {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** Whether strangers must wait for what is left. */
  get isHalfUsed(): boolean {
    return this.#used * 2 >= this.#limit;
  }

  hold(): HeldBytes {
    let held = 0;
    return {
      take: (bytes) => {
        if (this.#used + bytes > this.#limit) throw serviceUnavailable();
        this.#used += bytes;
        held += bytes;
      },
      release: () => {
        this.#used -= held;
        held = 0;
      },
    };
  }
}
