import type { Logger } from "@fleetless/kernel";
import { messageOf } from "@fleetless/kernel";

/** Who wants to be told of something that was stored. One that throws does not keep it from the others. */
export class Listeners<Told extends readonly unknown[]> {
  readonly #logger: Logger;
  readonly #of: string;
  readonly #listeners = new Set<(...told: Told) => void>();

  /** `of` names what is listened to in the log. */
  constructor(logger: Logger, of: string) {
    this.#logger = logger;
    this.#of = of;
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** Answers how to stop listening. The same function may be added twice. */
  add(listener: (...told: Told) => void): () => void {
    const own = (...told: Told) => listener(...told);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  wake(...told: Told): void {
    for (const listener of this.#listeners) {
      try {
        listener(...told);
      } catch (thrown) {
        this.#logger.error({ error: messageOf(thrown) }, `a listener of ${this.#of} failed`);
      }
    }
  }
}
