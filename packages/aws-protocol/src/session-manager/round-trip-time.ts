const firstEstimate = 100;
const firstTimeout = 200;
const longestTimeout = 1_000;
const granularity = 10;

/**
 * How long to wait for an acknowledgement before a message is sent again, from the round trips seen so far.
 * Milliseconds throughout. https://www.rfc-editor.org/rfc/rfc6298
 */
export class RoundTripTime {
  #mean = firstEstimate;
  #variation = 0;
  #timeout = firstTimeout;

  get timeout(): number {
    return this.#timeout;
  }

  observe(milliseconds: number): void {
    this.#variation = 0.75 * this.#variation + 0.25 * Math.abs(this.#mean - milliseconds);
    this.#mean = 0.875 * this.#mean + 0.125 * milliseconds;
    this.#timeout = Math.min(longestTimeout, this.#mean + Math.max(granularity, 4 * this.#variation));
  }
}
