import { createHash, randomBytes } from "node:crypto";

/**
 * The frames of a data channel, read and written once more from the protocol alone: nothing of the product is used
 * here, so that a mistake in its codec does not cancel itself out.
 */
export interface Frame {
  readonly type: string;
  readonly sequence: bigint;
  readonly flags: bigint;
  readonly id: Buffer;
  readonly payloadType: number;
  readonly payload: Buffer;
}

export const writeFrame = (frame: Partial<Frame> & Pick<Frame, "type">): Buffer => {
  const payload = frame.payload ?? Buffer.alloc(0);
  const head = new DataView(new ArrayBuffer(120));
  head.setUint32(0, 116);
  for (let at = 0; at < 32; at += 1) head.setUint8(4 + at, frame.type.charCodeAt(at) || 0x20);
  head.setUint32(36, 1);
  head.setBigUint64(40, BigInt(Date.now()));
  head.setBigInt64(48, frame.sequence ?? 0n);
  head.setBigUint64(56, frame.flags ?? 0n);
  const bytes = Buffer.from(head.buffer);
  (frame.id ?? randomBytes(16)).copy(bytes, 64);
  createHash("sha256").update(payload).digest().copy(bytes, 80);
  bytes.writeUInt32BE(frame.payloadType ?? 0, 112);
  bytes.writeUInt32BE(payload.length, 116);
  return Buffer.concat([bytes, payload]);
};

export const readFrame = (bytes: Buffer): Frame => {
  if (bytes.readUInt32BE(0) !== 116) throw new Error(`a header of ${bytes.readUInt32BE(0)} bytes`);
  const payload = bytes.subarray(120);
  if (bytes.readUInt32BE(116) !== payload.length) throw new Error("the payload has another length than announced");
  const type = bytes.toString("latin1", 4, 36).trimEnd();
  const digest = createHash("sha256").update(payload).digest();
  if (!digest.equals(bytes.subarray(80, 112))) throw new Error(`a ${type} with a wrong digest`);
  return {
    type,
    sequence: bytes.readBigInt64BE(48),
    flags: bytes.readBigUInt64BE(56),
    id: bytes.subarray(64, 80),
    payloadType: bytes.readUInt32BE(112),
    payload,
  };
};

const idText = (id: Buffer): string => {
  const hex = id.subarray(8).toString("hex") + id.subarray(0, 8).toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

export const acknowledgementOf = (frame: Frame): Buffer =>
  writeFrame({
    type: "acknowledge",
    flags: 3n,
    payload: Buffer.from(
      JSON.stringify({
        AcknowledgedMessageType: frame.type,
        AcknowledgedMessageId: idText(frame.id),
        AcknowledgedMessageSequenceNumber: Number(frame.sequence),
        IsSequentialMessage: true,
      }),
    ),
  });
