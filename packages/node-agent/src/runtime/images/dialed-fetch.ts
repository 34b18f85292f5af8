import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecured } from "node:https";
import type { Socket } from "node:net";
import type { RegistryFetch } from "@fleetless/oci";
import type { Dial } from "../contract.ts";
import { DialingHttpAgent, DialingHttpsAgent } from "./dialing-agents.ts";

type RegistryRequest = Parameters<RegistryFetch>[1];
type RegistryResponse = Awaited<ReturnType<RegistryFetch>>;

/** As many as `fetch` follows. */
const mostRedirections = 20;
const redirections = [301, 302, 303, 307, 308];
const keepAliveMilliseconds = 60_000;
/** What is read of an answer that nobody wants, so that its connection can be used again. */
const drainedBytes = 64 * 1024;

interface Answer {
  readonly message: IncomingMessage;
  /** Once the connection can be used again, or is gone. */
  readonly closed: Promise<unknown>;
}

const isCut = (thrown: Error): boolean => "code" in thrown && (thrown.code === "ECONNRESET" || thrown.code === "EPIPE");

/** A connection that ended before its answer, in the words that ECS has from Go. */
const inGoWords = (thrown: Error): Error => {
  if (!isCut(thrown)) return thrown;
  return new Error(thrown.message === "socket hang up" ? "EOF" : "read: connection reset by peer");
};

/** The chunks of a body; where the request was given up, the reason that it was. */
async function* chunksOf({ message, closed }: Answer, signal: AbortSignal): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of message) yield chunk;
    await closed;
  } catch (thrown) {
    signal.throwIfAborted();
    throw thrown;
  }
}

const discard = async ({ message, closed }: Answer, hasBody: boolean): Promise<void> => {
  const isShort = !hasBody || Number(message.headers["content-length"]) <= drainedBytes;
  if (isShort) message.resume();
  else message.destroy();
  await closed;
};

const responseOf = (answer: Answer, url: string, { method, signal }: RegistryRequest): RegistryResponse => {
  const { message } = answer;
  const status = message.statusCode ?? 0;
  const chunks = chunksOf(answer, signal);
  const body = {
    [Symbol.asyncIterator]: () => chunks[Symbol.asyncIterator](),
    cancel: async () => void discard(answer, true),
  };
  return {
    ok: status >= 200 && status < 300,
    status,
    statusText: message.statusMessage ?? "",
    url,
    headers: { get: (name) => [message.headers[name.toLowerCase()] ?? []].flat().join(", ") || null },
    body: method === "HEAD" ? null : body,
  };
};

/** Requests over connections that somebody else opens; all of them end with `close`. */
export class DialedFetch {
  readonly #closing = new AbortController();
  readonly #sockets = new Set<Socket>();
  readonly #plain: DialingHttpAgent;
  readonly #secured: DialingHttpsAgent;

  constructor(dial: Dial) {
    const open = async (destination: Parameters<Dial>[0]): Promise<Socket> => {
      const socket = await dial(destination, this.#closing.signal);
      this.#keep(socket);
      return socket;
    };
    this.#plain = new DialingHttpAgent(open);
    this.#secured = new DialingHttpsAgent(open);
  }

  readonly fetch: RegistryFetch = async (address, request) => {
    let url = new URL(address);
    let { headers } = request;
    for (let followed = 0; followed <= mostRedirections; followed += 1) {
      const answer = await this.#send(url, { ...request, headers });
      const { location } = answer.message.headers;
      const isRedirected = location !== undefined && redirections.includes(answer.message.statusCode ?? 0);
      if (isRedirected || request.method === "HEAD") await discard(answer, request.method !== "HEAD");
      if (!isRedirected) return responseOf(answer, url.href, request);
      const next = new URL(location, url);
      if (next.origin !== url.origin) {
        // What one host is told to know the asker by is nothing for another.
        headers = Object.fromEntries(
          Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization"),
        );
      }
      url = next;
    }
    throw new Error(`stopped after ${mostRedirections} redirects`);
  };

  close(): void {
    this.#closing.abort(new Error("the pull is over"));
    for (const agent of [this.#plain, this.#secured]) agent.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  #send(url: URL, { method, headers, signal }: RegistryRequest): Promise<Answer> {
    const isSecured = url.protocol === "https:";
    if (!isSecured && url.protocol !== "http:") throw new Error(`unsupported protocol scheme "${url.protocol}"`);
    const options = { method, headers: { accept: "*/*", "user-agent": "fleetless", ...headers }, signal };
    return new Promise((resolve, reject) => {
      const sent = isSecured
        ? requestSecured(url, { ...options, agent: this.#secured })
        : requestPlain(url, { ...options, agent: this.#plain });
      const closed = new Promise((close) => sent.once("close", close));
      sent.once("response", (message) => resolve({ message, closed }));
      sent.on("error", (thrown) => {
        if (signal.aborted) return reject(signal.reason);
        // The server ended the connection for being idle, before it heard of the request.
        if (sent.reusedSocket && isCut(thrown)) return resolve(this.#send(url, { method, headers, signal }));
        reject(inGoWords(thrown));
      });
      // Also where there is neither an answer nor an error, as where the server wants to switch protocols.
      sent.once("close", () => reject(signal.aborted ? signal.reason : new Error("EOF")));
      sent.end();
    });
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
