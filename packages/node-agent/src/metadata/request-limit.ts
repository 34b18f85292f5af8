import type { Clock } from "@fleetless/kernel";

const steadyPerSecond = 40;
const burst = 60;

/** ECS's throttle of the task metadata endpoint: 40 requests a second, 60 at once. One per task. */
export class RequestLimit {
  readonly #clock: Clock;
  #tokens = burst;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.now();
  }

  allows(): boolean {
    const now = this.#clock.now();
    this.#tokens = Math.min(burst, this.#tokens + (Math.max(0, now - this.#at) / 1000) * steadyPerSecond);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
