import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import { type DnsQuestion, isResponse, readQuestion } from "./dns-message.ts";

export interface DnsUpstream {
  readonly address: string;
  readonly port: number;
}

/** The same query under a number of its own, so that an answer cannot be guessed by who saw the asker's. */
const renumber = (query: Buffer): Buffer => {
  const sent = Buffer.from(query);
  sent.writeUInt16BE(randomInt(65_536), 0);
  return sent;
};

const answers = (sent: Buffer, question: DnsQuestion, message: Buffer): boolean => {
  if (message.length < 12 || !isResponse(message) || message.readUInt16BE(0) !== sent.readUInt16BE(0)) return false;
  const answered = readQuestion(message);
  return (
    answered !== undefined &&
    answered.type === question.type &&
    answered.class === question.class &&
    answered.name.toLowerCase() === question.name.toLowerCase()
  );
};

/** Asks over UDP from a port of its own; undefined where the signal aborts first or the port is closed. */
export const exchangeDatagram = (
  upstream: DnsUpstream,
  query: Buffer,
  question: DnsQuestion,
  signal: AbortSignal,
): Promise<Buffer | undefined> =>
  new Promise((resolve) => {
    const sent = renumber(query);
    const socket = createSocket(isIPv6(upstream.address) ? "udp6" : "udp4");
    const finish = (answer: Buffer | undefined): void => {
      signal.removeEventListener("abort", abort);
      socket.removeAllListeners("message");
      socket.close();
      resolve(answer);
    };
    const abort = (): void => finish(undefined);
    signal.addEventListener("abort", abort, { once: true });
    socket.once("error", abort);
    socket.on("message", (message) => {
      if (answers(sent, question, message)) finish(message);
    });
    // Connected, so that the kernel drops what comes from anyone else.
    socket.connect(upstream.port, upstream.address, () => {
      if (!signal.aborted) socket.send(sent);
    });
  });

/** Asks over TCP; undefined where the signal aborts first or the connection fails. */
export const exchangeStream = (
  upstream: DnsUpstream,
  query: Buffer,
  question: DnsQuestion,
  signal: AbortSignal,
): Promise<Buffer | undefined> =>
  new Promise((resolve) => {
    const sent = renumber(query);
    const socket = connect({ host: upstream.address, port: upstream.port });
    let received = Buffer.alloc(0);
    const finish = (answer: Buffer | undefined): void => {
      signal.removeEventListener("abort", abort);
      socket.destroy();
      resolve(answer);
    };
    const abort = (): void => finish(undefined);
    signal.addEventListener("abort", abort, { once: true });
    socket.on("error", abort);
    socket.on("close", abort);
    socket.on("connect", () => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(sent.length);
      socket.write(Buffer.concat([length, sent]));
    });
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2) return;
      const length = received.readUInt16BE(0);
      if (received.length < 2 + length) return;
      const message = received.subarray(2, 2 + length);
      finish(answers(sent, question, message) ? message : undefined);
    });
  });
