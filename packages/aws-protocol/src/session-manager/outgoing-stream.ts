import { randomUUID } from "node:crypto";
import { encodeClientMessage, finFlag, type MessageType, synFlag } from "./client-message.ts";
import { RoundTripTime } from "./round-trip-time.ts";

interface Unacknowledged {
  readonly frame: Buffer;
  sentAt: number;
  resent: number;
}

/** How often one message is sent again before the other side is held for gone: five minutes at the least. */
const mostResends = 3_000;

/** The numbered messages of one direction: each is kept until it is acknowledged, and the oldest sent again. */
export class OutgoingStream {
  readonly #type: MessageType;
  readonly #roundTrip = new RoundTripTime();
  readonly #unacknowledged = new Map<number, Unacknowledged>();
  #next = 0;
  #bytes = 0;

  constructor(type: MessageType) {
    this.#type = type;
  }

  /** Bytes that were sent and not acknowledged yet. */
  get unacknowledgedBytes(): number {
    return this.#bytes;
  }

  /** The frame to send now. `now` in milliseconds since the Unix epoch, here and below. */
  send(payloadType: number, payload: Uint8Array, now: number, isLast = false): Buffer {
    const sequenceNumber = this.#next;
    this.#next += 1;
    const frame = encodeClientMessage({
      type: this.#type,
      schemaVersion: 1,
      createdAt: now,
      sequenceNumber,
      flags: (sequenceNumber === 0 ? synFlag : 0) | (isLast ? finFlag : 0),
      messageId: randomUUID(),
      payloadType,
      payload,
    });
    this.#unacknowledged.set(sequenceNumber, { frame, sentAt: now, resent: 0 });
    this.#bytes += frame.length;
    return frame;
  }

  /** A number that is not waited for, as of a repeated acknowledgement, changes nothing. */
  acknowledge(sequenceNumber: number, now: number): void {
    const message = this.#unacknowledged.get(sequenceNumber);
    if (message === undefined) return;
    this.#unacknowledged.delete(sequenceNumber);
    this.#bytes -= message.frame.length;
    // The answer to a message that was sent twice may be to either.
    if (message.resent === 0) this.#roundTrip.observe(Math.max(0, now - message.sentAt));
  }

  /** When the oldest message is to be sent again; undefined where none waits. */
  get dueAt(): number | undefined {
    const oldest = this.#unacknowledged.values().next().value;
    return oldest === undefined ? undefined : oldest.sentAt + this.#roundTrip.timeout;
  }

  /** The oldest message once more where it is due; `given-up` where that was done too often. */
  resend(now: number): Buffer | "given-up" | undefined {
    const due = this.dueAt;
    const oldest = this.#unacknowledged.values().next().value;
    if (oldest === undefined || due === undefined || due > now) return undefined;
    if (oldest.resent >= mostResends) return "given-up";
    oldest.resent += 1;
    oldest.sentAt = now;
    return oldest.frame;
  }
}
