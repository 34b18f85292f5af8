import type { Clock } from "@fleetless/kernel";

/** Waits that can be cut short: a signal that came while nobody waited counts for the next wait. */
export class WakeUp {
  readonly #clock: Clock;
  #signalled = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  signal(): void {
    this.#signalled = true;
    this.#wake?.();
  }

  /** Resolves at the next signal, after `milliseconds`, or when `stop` is aborted. */
  async wait(milliseconds: number, stop: AbortSignal): Promise<void> {
    if (!this.#signalled && !stop.aborted) {
      const cut = new AbortController();
      const wake = () => cut.abort();
      this.#wake = wake;
      stop.addEventListener("abort", wake, { once: true });
      await this.#clock.sleep(milliseconds, cut.signal).catch(() => undefined);
      stop.removeEventListener("abort", wake);
      this.#wake = undefined;
    }
    this.#signalled = false;
  }
}

/** Resolves after `milliseconds` or as soon as `stop` is aborted. */
export const pause = async (clock: Clock, milliseconds: number, stop: AbortSignal): Promise<void> => {
  await clock.sleep(milliseconds, stop).catch(() => undefined);
};
