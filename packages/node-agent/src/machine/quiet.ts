import { setTimeout as sleep } from "node:timers/promises";

export interface QuietOptions {
  /** For how long nothing must have been going on, in milliseconds; default 150. */
  readonly calmMilliseconds?: number;
  /** How long work in the background waits at most, in milliseconds; default 3,000. */
  readonly patienceMilliseconds?: number;
}

/**
 * Tells work that can wait when launches are not in its way, nor it in theirs: starting a process holds the
 * agent's thread for milliseconds, and a machine has few cores.
 */
export class Quiet {
  readonly #calm: number;
  readonly #patience: number;
  #busy = 0;
  #lastBusy = Number.NEGATIVE_INFINITY;

  constructor({ calmMilliseconds = 150, patienceMilliseconds = 3_000 }: QuietOptions = {}) {
    this.#calm = calmMilliseconds;
    this.#patience = patienceMilliseconds;
  }

  /** Carries out something that must not be held up. */
  async during<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      this.#lastBusy = performance.now();
    }
  }

  /** Resolves once it is quiet; at once where it is, and after a while in any case. */
  async calm(): Promise<void> {
    for (const begun = performance.now(); ; ) {
      const now = performance.now();
      const idle = this.#busy > 0 ? 0 : now - this.#lastBusy;
      if (idle >= this.#calm || now - begun >= this.#patience) return;
      await sleep(Math.min(this.#calm - idle, this.#patience - (now - begun)) + 1, undefined, { ref: false });
    }
  }
}
