import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ClientMessage,
  decodeClientMessage,
  encodeClientMessage,
  MessageFormatError,
  messageTypes,
} from "./client-message.ts";

const message = fc.record({
  type: fc.constantFrom(...messageTypes),
  schemaVersion: fc.constant(1),
  createdAt: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  sequenceNumber: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  flags: fc.nat({ max: 3 }),
  messageId: fc.uuid(),
  payloadType: fc.nat({ max: 12 }),
  payload: fc.uint8Array({ maxLength: 4_096 }),
});

const sample: ClientMessage = {
  type: "input_stream_data",
  schemaVersion: 1,
  createdAt: 1_700_000_000_000,
  sequenceNumber: 5,
  flags: 3,
  messageId: "00112233-4455-6677-8899-aabbccddeeff",
  payloadType: 1,
  payload: Buffer.from("ls\r"),
};

describe("a frame of a data channel", () => {
  it("lies as AWS's client writes it", () => {
    const frame = encodeClientMessage(sample);
    expect(frame.length).toBe(123);
    expect(frame.readUInt32BE(0)).toBe(116);
    expect(frame.toString("latin1", 4, 36)).toBe("input_stream_data               ");
    expect(frame.readBigUInt64BE(40)).toBe(1_700_000_000_000n);
    expect(frame.readBigInt64BE(48)).toBe(5n);
    expect(frame.subarray(64, 80).toString("hex")).toBe("8899aabbccddeeff0011223344556677");
    expect(frame.subarray(80, 112).toString("hex")).toBe(
      "1d887ce0f8672e4914d9000e801cd74ecd805dd9366c0bc42dc16adc0197dc2f",
    );
    expect(frame.readUInt32BE(112)).toBe(1);
    expect(frame.readUInt32BE(116)).toBe(3);
  });

  it("reads back what was written", () => {
    fc.assert(
      fc.property(message, (written) => {
        const read = decodeClientMessage(encodeClientMessage(written));
        expect({ ...read, payload: [...read.payload] }).toEqual({ ...written, payload: [...written.payload] });
      }),
    );
  });

  it("is refused where any of its bytes is another, unless the change keeps it a frame", () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (written, at, change) => {
        const frame = encodeClientMessage(written);
        const place = at % frame.length;
        frame[place] = (frame[place] ?? 0) ^ change;
        const inPayload = place >= 120 || (place >= 80 && place < 112);
        const hasDigest = !written.type.endsWith("publication") && written.payload.length > 0;
        const inLengths = place < 4 || (place >= 116 && place < 120);
        const read = (): unknown => decodeClientMessage(frame);
        if (inLengths || (inPayload && hasDigest)) expect(read).toThrow(MessageFormatError);
        else expectReadOrRefused(read);
      }),
    );
  });

  it("is read or refused in words, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => expectReadOrRefused(() => decodeClientMessage(bytes))),
      { numRuns: 2_000 },
    );
    const huge = encodeClientMessage(sample);
    huge.writeUInt32BE(0xffffffff, 116);
    expect(() => decodeClientMessage(huge)).toThrow("The payload should have 4294967295 bytes and has 3");
    const deep = encodeClientMessage(sample);
    deep.writeUInt32BE(0xffffffff, 0);
    expect(() => decodeClientMessage(deep)).toThrow(MessageFormatError);
    const negative = encodeClientMessage(sample);
    negative.writeBigInt64BE(-1n, 48);
    expect(() => decodeClientMessage(negative)).toThrow("sequence number is out of range");
  });
});

const expectReadOrRefused = (read: () => unknown): void => {
  try {
    read();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(MessageFormatError);
  }
};
