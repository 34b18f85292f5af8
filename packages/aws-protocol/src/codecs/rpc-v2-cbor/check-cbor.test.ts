import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { formatCbor, parseCbor } from "./cbor-value.ts";

const warn = vi.spyOn(console, "warn");
beforeEach(() => warn.mockClear());
afterEach(() => expect(warn).not.toHaveBeenCalled());

const parseHex = (hex: string): unknown => parseCbor(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const refusal = expect.objectContaining({ code: "SerializationException" });

test.each([
  ["a list of 2^64 - 1 items", "9b ff ff ff ff ff ff ff ff"],
  ["a map of 2^64 - 1 entries", "bb ff ff ff ff ff ff ff ff"],
  ["text longer than the body", "7b ff ff ff ff ff ff ff ff 61"],
  ["bytes longer than the body", "5a 00 01 00 00 00"],
  ["a bignum longer than the body", "c2 5a 00 ff ff ff 00"],
  ["a bignum of more than 64 bytes", `c2 58 41 ${"00".repeat(65)}`],
  ["a decimal fraction of 2^28 digits", "c4 82 3a 0f ff ff ff 01"],
  ["the same with its tag written long", "d8 04 82 3a 0f ff ff ff 01"],
  ["a list without end", "9f 01"],
  ["chunks of another kind", "7f 41 61 ff"],
  ["a break outside", "ff"],
  ["a reserved length", "1c"],
  ["a number as key", "a1 01 02"],
  ["more than one item", "01 02"],
  ["nothing", ""],
  ["lists in lists", "81".repeat(100_000)],
])("%s is refused in silence", (_what, hex) => {
  expect(() => parseHex(hex)).toThrow(refusal);
});

test("what is whole is read, whichever way it is written", () => {
  expect(parseHex("bf 61 61 9f 01 20 ff 61 62 7f 61 63 61 64 ff ff")).toEqual({ a: [1, -1], b: "cd" });
  expect(parseHex("a1 61 61 c2 41 07")).toEqual({ a: 7n });
  expect(parseHex("84 f4 f5 f6 fb 3f f8 00 00 00 00 00 00")).toEqual([false, true, null, 1.5]);
});

test("whatever is written can be read again, and any bytes are read or refused", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      expect(JSON.stringify(parseCbor(Buffer.from(formatCbor(value))))).toBe(JSON.stringify(value));
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        parseCbor(Buffer.from(bytes));
      } catch (thrown) {
        expect(thrown).toEqual(refusal);
      }
    }),
    { numRuns: 2_000 },
  );
});
