import type { Socket as DatagramSocket } from "node:dgram";
import type { Socket } from "node:net";
import type { Logger } from "@fleetless/kernel";
import { messageOf } from "@fleetless/kernel";
import { datagramLimit, emptyAnswer, isResponse, readQuestion, responseCode, truncatedAnswer } from "./dns-message.ts";
import type { VpcResolver } from "./resolver.ts";

export interface DnsServerOptions {
  readonly resolver: VpcResolver;
  readonly logger: Logger;
}

const queryLimit = 4_096;
const connectionLimit = 128;
const queriesPerConnection = 32;
const idleMilliseconds = 10_000;

const ignored = (): void => undefined;

/** Speaks DNS for the resolver of one VPC, over UDP and TCP. */
export class DnsServer {
  readonly #options: DnsServerOptions;
  #connections = 0;

  constructor(options: DnsServerOptions) {
    this.#options = options;
  }

  serveDatagrams(socket: DatagramSocket): void {
    socket.on("message", (query, from) => {
      const send = (answer: Buffer): void => socket.send(answer, from.port, from.address, ignored);
      try {
        const answer = this.#answer(query, "udp", from.address);
        if (Buffer.isBuffer(answer)) send(answer);
        else answer?.then(send).catch((thrown: unknown) => this.#failed(thrown));
      } catch (thrown) {
        this.#failed(thrown);
      }
    });
  }

  /** Serves length-prefixed queries until the asker closes, misbehaves or is idle for 10 s. RFC 7766. */
  serveConnection(socket: Socket): void {
    if (this.#connections >= connectionLimit) {
      socket.destroy();
      return;
    }
    this.#connections += 1;
    let received = Buffer.alloc(0);
    let pending = 0;
    socket.on("close", () => {
      this.#connections -= 1;
    });
    socket.setTimeout(idleMilliseconds, () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const query = received.subarray(2, 2 + received.readUInt16BE(0));
        received = received.subarray(2 + query.length);
        if (pending >= queriesPerConnection) return void socket.destroy();
        pending += 1;
        (async () => this.#answer(query, "tcp", socket.remoteAddress ?? ""))()
          .then((answer) => {
            if (answer === undefined) return void socket.destroy();
            const length = Buffer.alloc(2);
            length.writeUInt16BE(answer.length);
            socket.write(Buffer.concat([length, answer]));
          })
          .catch((thrown: unknown) => this.#failed(thrown))
          .finally(() => {
            pending -= 1;
          });
      }
      if (received.length > queryLimit) socket.destroy();
    });
  }

  /** Undefined where a message deserves no answer: it is no query, or not to be read at all. */
  #answer(query: Buffer, protocol: "tcp" | "udp", source: string): Buffer | Promise<Buffer> | undefined {
    if (query.length < 12 || query.length > queryLimit || isResponse(query)) return undefined;
    const question = readQuestion(query);
    if (question === undefined) {
      const header = Buffer.alloc(12);
      header.writeUInt16BE(query.readUInt16BE(0), 0);
      header.writeUInt16BE(0x8080 | responseCode.formatError, 2);
      return header;
    }
    if ((question.flags & 0x7800) !== 0) return emptyAnswer(query, question, responseCode.notImplemented);
    const answer = this.#options.resolver.answer(query, question, { protocol, source });
    if (answer === undefined) return undefined;
    const fitted = (message: Buffer): Buffer =>
      protocol === "tcp" || message.length <= 512 || message.length <= datagramLimit(query, question)
        ? message
        : truncatedAnswer(message, question);
    return Buffer.isBuffer(answer) ? fitted(answer) : answer.then(fitted);
  }

  #failed(thrown: unknown): void {
    this.#options.logger.warn({ error: messageOf(thrown) }, "a DNS query could not be answered");
  }
}
