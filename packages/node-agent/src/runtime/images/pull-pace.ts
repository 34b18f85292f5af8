/** The speed of a pull that nobody waits for: it rests while others are busy, until somebody does wait for it. */
export class PullPace {
  readonly #calm: () => Promise<void>;
  #hurried = false;
  #hurry: () => void = () => undefined;
  readonly #hurrying: Promise<void>;

  /** `calm` resolves once nothing is disturbed by the pull, and after a while in any case. */
  constructor(calm: () => Promise<void>) {
    this.#calm = calm;
    this.#hurrying = new Promise((resolve) => {
      this.#hurry = resolve;
    });
  }

  /** From now on there is no rest. */
  hurry(): void {
    this.#hurried = true;
    this.#hurry();
  }

  /** Rests, where there is reason to. */
  async rest(): Promise<void> {
    if (!this.#hurried) await Promise.race([this.#calm(), this.#hurrying]);
  }
}
