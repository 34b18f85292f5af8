import type { Socket as DatagramSocket } from "node:dgram";
import type { Socket } from "node:net";
import type { Logger, VpcSpec } from "@fleetless/kernel";
import { messageOf } from "@fleetless/kernel";
import { encode } from "dns-packet";
import type { DnsForwarder } from "./dns-forwarder.ts";
import {
  type DnsQuestion,
  datagramLimit,
  emptyAnswer,
  isResponse,
  readQuestion,
  responseCode,
  truncatedAnswer,
} from "./dns-message.ts";
import { answerPrivateName } from "./private-names.ts";

export interface DnsServerOptions {
  readonly vpc: () => VpcSpec;
  readonly forwarder: DnsForwarder;
  readonly logger: Logger;
}

const typeA = 1;
const typePointer = 12;
const typeAny = 255;
const classInternet = 1;
const privateSeconds = 60;
const queryLimit = 4_096;
const connectionLimit = 128;
const queriesPerConnection = 32;
const idleMilliseconds = 10_000;

/** The resolver of one VPC: its private names itself, everything else through this machine's resolvers. */
export class DnsServer {
  readonly #options: DnsServerOptions;
  #connections = 0;

  constructor(options: DnsServerOptions) {
    this.#options = options;
  }

  serveDatagrams(socket: DatagramSocket): void {
    socket.on("message", (query, from) => {
      this.#answer(query, "udp", from.address).then(
        (answer) => {
          if (answer !== undefined) socket.send(answer, from.port, from.address, () => undefined);
        },
        (thrown: unknown) => this.#failed(thrown),
      );
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
        this.#answer(query, "tcp", socket.remoteAddress ?? "")
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
  async #answer(query: Buffer, protocol: "tcp" | "udp", source: string): Promise<Buffer | undefined> {
    if (query.length < 12 || query.length > queryLimit || isResponse(query)) return undefined;
    const question = readQuestion(query);
    if (question === undefined) {
      const header = Buffer.alloc(12);
      header.writeUInt16BE(query.readUInt16BE(0), 0);
      header.writeUInt16BE(0x8080 | responseCode.formatError, 2);
      return header;
    }
    if ((question.flags & 0x7800) !== 0) return emptyAnswer(query, question, responseCode.notImplemented);
    const vpc = this.#options.vpc();
    const answer =
      this.#private(vpc, query, question) ??
      (await this.#options.forwarder.forward(query, question, protocol, `${vpc.id} ${source}`));
    const fits = protocol === "tcp" || answer.length <= datagramLimit(query, question);
    return fits ? answer : truncatedAnswer(answer, question);
  }

  #private(vpc: VpcSpec, query: Buffer, question: DnsQuestion): Buffer | undefined {
    if (question.class !== classInternet) return undefined;
    const answer = answerPrivateName(vpc, question.name);
    if (answer === undefined) return undefined;
    if (answer.kind === "unknown-name") return emptyAnswer(query, question, responseCode.nameError, true);
    const { type, data } =
      answer.kind === "address"
        ? ({ type: "A", data: answer.address } as const)
        : ({ type: "PTR", data: answer.name } as const);
    const wanted = answer.kind === "address" ? typeA : typePointer;
    if (question.type !== wanted && question.type !== typeAny) {
      return emptyAnswer(query, question, responseCode.noError, true);
    }
    const empty = emptyAnswer(query, question, responseCode.noError, true);
    const encoded = Buffer.from(
      encode({
        type: "response",
        id: question.id,
        flags: empty.readUInt16BE(2) & 0x7fff,
        questions: [{ name: question.name, type, class: "IN" }],
        answers: [{ name: question.name, type, class: "IN", ttl: privateSeconds, data }],
      }),
    );
    // The question is repeated as it was asked, also where it asked for any type.
    query.copy(encoded, 12, 12, question.end);
    return encoded;
  }

  #failed(thrown: unknown): void {
    this.#options.logger.warn({ error: messageOf(thrown) }, "a DNS query could not be answered");
  }
}
