import type { Socket } from "node:net";
import type { RegistryFetch } from "@fleetless/oci";
import type { Agent, buildConnector } from "undici";
import type { Dial } from "../contract.ts";

const ports: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

const handshakeMilliseconds = 10_000;
const keepAliveMilliseconds = 60_000;

const inGosWords = (error: Error): Error =>
  "code" in error && error.code === "UND_ERR_CONNECT_TIMEOUT"
    ? new Error("net/http: TLS handshake timeout", { cause: error })
    : error;

/** An IPv6 address stands in brackets in a URL. */
const hostOf = (name: string): string => name.replace(/^\[(.*)\]$/, "$1");

/** Requests over connections that somebody else opens; all of them end with `close`. */
export class DialedFetch {
  readonly #dial: Dial;
  readonly #closing = new AbortController();
  readonly #sockets = new Set<Socket>();
  #agent: Promise<{ readonly agent: Agent; readonly fetch: typeof import("undici").fetch }> | undefined;

  constructor(dial: Dial) {
    this.#dial = dial;
  }

  readonly fetch: RegistryFetch = async (url, request) => {
    this.#agent ??= this.#open();
    const { agent, fetch } = await this.#agent;
    return await fetch(url, { ...request, dispatcher: agent });
  };

  async close(): Promise<void> {
    this.#closing.abort(new Error("the pull is over"));
    const opened = await this.#agent;
    await opened?.agent.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Loaded by the first pull that needs it. */
  async #open() {
    const { Agent, buildConnector, fetch } = await import("undici");
    const secure = buildConnector({ timeout: handshakeMilliseconds });
    const connect: buildConnector.connector = (options, callback) => {
      const port = Number(options.port) || (ports[options.protocol] ?? 443);
      this.#dial({ host: hostOf(options.hostname), port }, this.#closing.signal).then(
        (socket) => {
          this.#keep(socket);
          if (options.protocol !== "https:") return callback(null, socket);
          secure({ ...options, httpSocket: socket }, (...[error, secured]) =>
            error === null ? callback(null, secured) : callback(inGosWords(error), null),
          );
        },
        (thrown: unknown) => callback(thrown instanceof Error ? thrown : new Error(String(thrown)), null),
      );
    };
    return { agent: new Agent({ connect }), fetch };
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    // Whoever uses the socket hears of it too; nobody does before that.
    socket.on("error", () => undefined);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveMilliseconds);
    if (this.#closing.signal.aborted) socket.destroy();
  }
}
