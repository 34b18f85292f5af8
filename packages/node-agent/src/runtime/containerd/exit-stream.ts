import { type Clock, type Logger, messageOf } from "@fleetless/kernel";
import type { AnnouncedExit } from "../exit-watch.ts";
import { type ContainerdClient, decodeTaskExit, toMilliseconds } from "./client.ts";
import type { Envelope } from "./messages.ts";

export interface ExitStreamOptions {
  readonly client: ContainerdClient;
  readonly namespace: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when containerd has broken the stream off; the stream is taken up again afterwards. */
  readonly onLost: () => Promise<void>;
  readonly onExit: (exit: AnnouncedExit) => void;
  /** Called whenever the stream may have missed something, and from time to time. */
  readonly onDoubt: () => Promise<void>;
}

const doubtInterval = 15_000;

/** Follows the exits that containerd announces, for as long as it is open, and asks for a look round after each gap. */
export class ExitStream {
  readonly #options: ExitStreamOptions;
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;

  constructor(options: ExitStreamOptions) {
    this.#options = options;
    this.#running = Promise.all([this.#follow(), this.#lookRound()]);
  }

  async #follow(): Promise<void> {
    const { client, clock, logger, namespace } = this.#options;
    const filters = [`namespace==${namespace},topic=="/tasks/exit"`];
    while (!this.#stop.signal.aborted) {
      const call = client.readable<Envelope>("Events", "Subscribe", { filters });
      const cancel = (): void => call.cancel();
      this.#stop.signal.addEventListener("abort", cancel, { once: true });
      call.once("metadata", () => this.#doubt());
      try {
        for await (const message of call) {
          const { event } = message as Envelope;
          if (event !== null) this.#tell(event.value);
        }
      } catch (thrown) {
        if (!this.#stop.signal.aborted) logger.warn({ error: messageOf(thrown) }, "lost containerd's events");
      }
      this.#stop.signal.removeEventListener("abort", cancel);
      if (!this.#stop.signal.aborted) await this.#lost();
      await clock.sleep(100, this.#stop.signal).catch(() => undefined);
      if (!this.#stop.signal.aborted) this.#doubt();
    }
  }

  /** What goes wrong with one exit must not keep the others from being told. */
  #tell(event: Buffer): void {
    try {
      const { container_id: containerId, id, pid, exit_status: exitCode, exited_at } = decodeTaskExit(event);
      if (id !== containerId && id !== "") return;
      this.#options.onExit({ containerId, pid, exitCode, at: toMilliseconds(exited_at) });
    } catch (thrown) {
      this.#options.logger.error({ error: messageOf(thrown) }, "an exit could not be told, will look again");
    }
  }

  async #lost(): Promise<void> {
    const { logger, onLost } = this.#options;
    await onLost().catch((thrown: unknown) => logger.error({ error: messageOf(thrown) }, "containerd is away"));
  }

  async #lookRound(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#options.clock.sleep(doubtInterval, this.#stop.signal).catch(() => undefined);
      if (!this.#stop.signal.aborted) this.#doubt();
    }
  }

  #doubt(): void {
    this.#options.onDoubt().catch((thrown: unknown) => {
      if (!this.#stop.signal.aborted)
        this.#options.logger.warn({ error: messageOf(thrown) }, "containers could not be listed");
    });
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("closing"));
    await this.#running;
  }
}
