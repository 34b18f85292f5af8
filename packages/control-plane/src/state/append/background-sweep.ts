import type { Logger } from "@fleetless/kernel";
import { messageOf } from "@fleetless/kernel";

/** Gives back the space of what was deleted, a few thousand rows a commit, so that other commits come in between. */
export class BackgroundSweep {
  readonly #logger: Logger;
  readonly #sweepSome: () => Promise<boolean>;
  #sweeping: Promise<void> | undefined;
  #closed = false;

  /** `sweepSome` is one commit; it answers whether there is more. */
  constructor(logger: Logger, sweepSome: () => Promise<boolean>) {
    this.#logger = logger;
    this.#sweepSome = sweepSome;
  }

  start(): void {
    if (this.#sweeping !== undefined || this.#closed) return;
    this.#sweeping = this.#sweepAll()
      .catch((thrown) => this.#logger.error({ error: messageOf(thrown) }, "sweeping deleted log streams failed"))
      .finally(() => {
        this.#sweeping = undefined;
      });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#sweeping;
  }

  async #sweepAll(): Promise<void> {
    for (let more = true; more && !this.#closed; ) more = await this.#sweepSome();
  }
}
