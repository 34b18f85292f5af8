import { randomUUID } from "node:crypto";
import { type ClientMessage, encodeClientMessage, finFlag, MessageFormatError, synFlag } from "./client-message.ts";
import { writeJson } from "./payloads.ts";

const mostWaiting = 1_000;
const mostWaitingBytes = 4 * 1024 * 1024;

export interface Received {
  /** The acknowledgement to send; none where the message could not be kept, so that it comes again. */
  readonly acknowledgement: Buffer | undefined;
  /** The messages whose turn it is now. */
  readonly messages: readonly ClientMessage[];
}

const acknowledgementOf = (message: ClientMessage, now: number): Buffer =>
  encodeClientMessage({
    type: "acknowledge",
    schemaVersion: 1,
    createdAt: now,
    sequenceNumber: 0,
    flags: synFlag | finFlag,
    messageId: randomUUID(),
    payloadType: 0,
    payload: writeJson({
      AcknowledgedMessageType: message.type,
      AcknowledgedMessageId: message.messageId,
      AcknowledgedMessageSequenceNumber: message.sequenceNumber,
      IsSequentialMessage: true,
    }),
  });

/** Puts the numbered messages of one direction in order; each is delivered once, however often it comes. */
export class IncomingStream {
  readonly #waiting = new Map<number, ClientMessage>();
  #waitingBytes = 0;
  #expected = 0;

  /** Throws MessageFormatError where a number is too far ahead of the one that is expected. */
  receive(message: ClientMessage, now: number): Received {
    const { sequenceNumber } = message;
    if (sequenceNumber > this.#expected + mostWaiting) {
      throw new MessageFormatError(`Message ${sequenceNumber} is too far ahead of message ${this.#expected}`);
    }
    if (sequenceNumber < this.#expected || this.#waiting.has(sequenceNumber)) {
      return { acknowledgement: acknowledgementOf(message, now), messages: [] };
    }
    if (sequenceNumber > this.#expected) {
      if (this.#waitingBytes + message.payload.length > mostWaitingBytes) {
        return { acknowledgement: undefined, messages: [] };
      }
      this.#waiting.set(sequenceNumber, message);
      this.#waitingBytes += message.payload.length;
      return { acknowledgement: acknowledgementOf(message, now), messages: [] };
    }
    const messages: ClientMessage[] = [];
    for (let next: ClientMessage | undefined = message; next !== undefined; next = this.#take()) {
      messages.push(next);
      this.#expected += 1;
    }
    return { acknowledgement: acknowledgementOf(message, now), messages };
  }

  #take(): ClientMessage | undefined {
    const next = this.#waiting.get(this.#expected);
    if (next === undefined) return undefined;
    this.#waiting.delete(this.#expected);
    this.#waitingBytes -= next.payload.length;
    return next;
  }
}
