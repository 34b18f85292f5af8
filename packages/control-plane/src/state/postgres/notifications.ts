import { type Logger, messageOf } from "@fleetless/kernel";
import type { Connection } from "./connection.ts";

/** How the processes of a store tell one another of their commits. */
export interface WakeUps {
  readonly commitChannel: string;
  readonly appendChannel: string;
  /** Marks this process's own, which need not come back. */
  readonly origin: string;
}

export interface NotificationHandlers {
  /** By channel: called with the payload of what another process sent. */
  readonly channels: ReadonlyMap<string, (payload: string) => void>;
  /** The connection was away, so that anything may have been missed. */
  readonly missed: () => void;
}

const longestPause = 2_000;

/** Hears of the commits of other processes. Wake-ups only: the tables hold the truth. */
export class Notifications {
  readonly #connect: () => Promise<Connection>;
  readonly #origin: string;
  readonly #handlers: NotificationHandlers;
  readonly #logger: Logger;
  #connection: Connection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(connect: () => Promise<Connection>, origin: string, handlers: NotificationHandlers, logger: Logger) {
    this.#connect = connect;
    this.#origin = origin;
    this.#handlers = handlers;
    this.#logger = logger;
  }

  /** Resolves when nothing is missed from now on. */
  async open(): Promise<void> {
    const connection = await this.#connect();
    connection.onNotification((channel, payload) => {
      const [origin = "", ...rest] = payload.split(" ");
      if (origin !== this.#origin) this.#handlers.channels.get(channel)?.(rest.join(" "));
    });
    connection.onLost(() => {
      if (!this.#closed) this.#reopen(50);
    });
    for (const channel of this.#handlers.channels.keys()) await connection.execute(`LISTEN ${channel}`);
    this.#connection = connection;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#connection?.close();
  }

  #reopen(pause: number): void {
    this.#timer = setTimeout(() => {
      this.open().then(
        () => this.#handlers.missed(),
        (thrown) => {
          this.#logger.warn({ error: messageOf(thrown) }, "PostgreSQL does not answer, will retry");
          if (!this.#closed) this.#reopen(Math.min(longestPause, pause * 2));
        },
      );
    }, pause);
  }
}
