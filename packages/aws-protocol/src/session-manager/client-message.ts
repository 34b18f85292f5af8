import { createHash, timingSafeEqual } from "node:crypto";

/** What a message of a data channel is for. */
export const messageTypes = [
  "input_stream_data",
  "output_stream_data",
  "acknowledge",
  "channel_closed",
  "start_publication",
  "pause_publication",
] as const;
export type MessageType = (typeof messageTypes)[number];

export const payloadTypes = {
  output: 1,
  error: 2,
  size: 3,
  parameter: 4,
  handshakeRequest: 5,
  handshakeResponse: 6,
  handshakeComplete: 7,
  encryptionChallengeRequest: 8,
  encryptionChallengeResponse: 9,
  flag: 10,
  standardError: 11,
  exitCode: 12,
} as const;

/** Bits of a message's flags: the first message of a stream, and the last. */
export const synFlag = 1;
export const finFlag = 2;

/** One binary frame of a data channel, as AWS's session-manager-plugin reads and writes it. */
export interface ClientMessage {
  readonly type: MessageType;
  readonly schemaVersion: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly sequenceNumber: number;
  readonly flags: number;
  /** A UUID in its usual form. */
  readonly messageId: string;
  readonly payloadType: number;
  readonly payload: Uint8Array;
}

/** A frame that is not what the protocol says. */
export class MessageFormatError extends Error {
  override readonly name = "MessageFormatError";
}

/** Every field lies at a fixed place, big-endian, before the payload. */
const offsets = {
  headerLength: 0,
  type: 4,
  schemaVersion: 36,
  createdAt: 40,
  sequenceNumber: 48,
  flags: 56,
  messageId: 64,
  digest: 80,
  payloadType: 112,
  payloadLength: 116,
  payload: 120,
} as const;
const headerLength = 116;
const typeLength = 32;
const digestLength = 32;

const sha256 = (payload: Uint8Array): Buffer => createHash("sha256").update(payload).digest();

/** The low eight bytes come first. */
const uuidBytes = (id: string): Buffer => {
  const bytes = Buffer.from(id.replaceAll("-", ""), "hex");
  return Buffer.concat([bytes.subarray(8), bytes.subarray(0, 8)]);
};

const uuidText = (bytes: Buffer): string => {
  const hex = Buffer.concat([bytes.subarray(8), bytes.subarray(0, 8)]).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

export const encodeClientMessage = (message: ClientMessage): Buffer => {
  const frame = Buffer.alloc(offsets.payload + message.payload.length);
  frame.writeUInt32BE(headerLength, offsets.headerLength);
  frame.write(message.type.padEnd(typeLength), offsets.type, "latin1");
  frame.writeUInt32BE(message.schemaVersion, offsets.schemaVersion);
  frame.writeBigUInt64BE(BigInt(message.createdAt), offsets.createdAt);
  frame.writeBigInt64BE(BigInt(message.sequenceNumber), offsets.sequenceNumber);
  frame.writeBigUInt64BE(BigInt(message.flags), offsets.flags);
  uuidBytes(message.messageId).copy(frame, offsets.messageId);
  sha256(message.payload).copy(frame, offsets.digest);
  frame.writeUInt32BE(message.payloadType, offsets.payloadType);
  frame.writeUInt32BE(message.payload.length, offsets.payloadLength);
  frame.set(message.payload, offsets.payload);
  return frame;
};

const readNumber = (value: bigint, what: string): number => {
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new MessageFormatError(`The message's ${what} is out of range`);
  }
  return Number(value);
};

const readType = (frame: Buffer): MessageType => {
  const text = frame.toString("latin1", offsets.type, offsets.type + typeLength).replace(/[ \0]+$/, "");
  const type = messageTypes.find((known) => known === text);
  if (type === undefined) throw new MessageFormatError(`The message's type ${JSON.stringify(text)} is not known`);
  return type;
};

/**
 * Reads one frame. Throws MessageFormatError where it is too short or too long, of an unknown type, or where its
 * payload is not the one that its digest names. The publication messages have no digest to check.
 */
export const decodeClientMessage = (bytes: Uint8Array): ClientMessage => {
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (frame.length < offsets.payload) {
    throw new MessageFormatError(`A message has at least ${offsets.payload} bytes, this one has ${frame.length}`);
  }
  const length = frame.readUInt32BE(offsets.headerLength);
  if (length !== headerLength)
    throw new MessageFormatError(`The header has ${length} bytes instead of ${headerLength}`);
  const payloadLength = frame.readUInt32BE(offsets.payloadLength);
  if (payloadLength !== frame.length - offsets.payload) {
    throw new MessageFormatError(
      `The payload should have ${payloadLength} bytes and has ${frame.length - offsets.payload}`,
    );
  }
  const type = readType(frame);
  const payload = frame.subarray(offsets.payload);
  const hasDigest = type !== "start_publication" && type !== "pause_publication" && payload.length > 0;
  if (hasDigest && !timingSafeEqual(sha256(payload), frame.subarray(offsets.digest, offsets.digest + digestLength))) {
    throw new MessageFormatError("The payload is not the one that the message's digest names");
  }
  return {
    type,
    schemaVersion: frame.readUInt32BE(offsets.schemaVersion),
    createdAt: readNumber(frame.readBigUInt64BE(offsets.createdAt), "time"),
    sequenceNumber: readNumber(frame.readBigInt64BE(offsets.sequenceNumber), "sequence number"),
    flags: readNumber(frame.readBigUInt64BE(offsets.flags), "flags"),
    messageId: uuidText(frame.subarray(offsets.messageId, offsets.digest)),
    payloadType: frame.readUInt32BE(offsets.payloadType),
    payload,
  };
};
