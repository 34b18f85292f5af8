import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CutOptions, cutEvents, maximumEventBytes } from "./cut-events.ts";
import { decodeUpTo } from "./decode-utf8.ts";

const messages = (input: Buffer, options: CutOptions): readonly string[] =>
  cutEvents(input, options).events.map(({ message }) => message);

/** Cuts input that arrives piece by piece, as the router does. */
const cutGradually = (input: Buffer, sizes: readonly number[], startsEvent?: (line: string) => boolean) => {
  const starts = startsEvent === undefined ? {} : { startsEvent };
  const found: { message: string; start: number; end: number }[] = [];
  let position = 0;
  let read = 0;
  let examined = 0;
  const take = (final: boolean): void => {
    const cut = cutEvents(input.subarray(position, read), { ...starts, final, examined });
    let start = position;
    for (const { message, end } of cut.events) {
      found.push({ message, start, end: position + end });
      start = position + end;
    }
    position += cut.consumed;
    examined = cut.examined;
  };
  for (const size of sizes) {
    read = Math.min(input.length, read + size);
    take(false);
  }
  read = input.length;
  take(true);
  return found;
};

const output = fc
  .array(fc.oneof(fc.constantFrom("\n", "a", "> ", "é", "\n> "), fc.uint8Array({ maxLength: 3 })), { maxLength: 60 })
  .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part))));
const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 20 });
const startsWithMark = (line: string): boolean => line.startsWith(">");

describe("cutEvents", () => {
  it("makes one event of each line and none of an empty one", () => {
    expect(messages(Buffer.from("a\n\nb\r\nc"), { final: false })).toEqual(["a", "b\r"]);
    expect(messages(Buffer.from("a\n\nb\r\nc"), { final: true })).toEqual(["a", "b\r", "c"]);
  });

  it("keeps lines together until one matches the start pattern", () => {
    const input = Buffer.from("> one\n  more\n\n> two\n");
    expect(messages(input, { final: false, startsEvent: startsWithMark })).toEqual(["> one\n  more\n\n"]);
    expect(messages(input, { final: true, startsEvent: startsWithMark })).toEqual(["> one\n  more\n\n", "> two\n"]);
  });

  it("splits at awslogs' limit, never inside a character, and loses nothing", () => {
    const line = "é".repeat(400_000);
    const pieces = messages(Buffer.from(`${line}\n`), { final: false });
    expect(pieces.join("")).toBe(line);
    expect(pieces.map((piece) => Buffer.byteLength(piece))).toEqual([262_118, 262_118, 262_118, 13_646]);
  });

  it("takes pieces off a line that does not end", () => {
    const cut = cutEvents(Buffer.alloc(600_000, "x"), { final: false });
    expect(cut.events.map(({ end }) => end)).toEqual([maximumEventBytes, 2 * maximumEventBytes]);
    expect(cut.consumed + cut.examined).toBe(600_000);
  });

  it.each([undefined, startsWithMark])("does not depend on how the output arrives (%#)", (startsEvent) => {
    fc.assert(
      fc.property(output, sizes, (input, arrival) => {
        const endsOf = (events: ReturnType<typeof cutGradually>) => events.map(({ message, end }) => [message, end]);
        expect(endsOf(cutGradually(input, arrival, startsEvent))).toEqual(endsOf(cutGradually(input, [], startsEvent)));
      }),
    );
  });

  it.each([undefined, startsWithMark])("cuts a range of whole events the same way again (%#)", (startsEvent) => {
    fc.assert(
      fc.property(output, sizes, fc.nat(), fc.nat(), (input, arrival, one, other) => {
        const events = cutGradually(input, arrival, startsEvent);
        const [first, last] = [one % (events.length + 1), other % (events.length + 1)].sort((a, b) => a - b);
        const chosen = events.slice(first, last);
        const range = input.subarray(chosen[0]?.start ?? 0, chosen.at(-1)?.end ?? 0);
        const options = { final: true, ...(startsEvent === undefined ? {} : { startsEvent }) };
        expect(messages(range, options)).toEqual(chosen.map(({ message }) => message));
      }),
    );
  });
});

describe("decodeUpTo", () => {
  it("replaces each byte that is not UTF-8 by one mark", () => {
    expect(decodeUpTo(Buffer.from([0x61, 0xff, 0xe2, 0x82, 0x62, 0xed, 0xa0, 0x80]), 100).text).toBe(
      "a\uFFFD\uFFFD\uFFFDb\uFFFD\uFFFD\uFFFD",
    );
  });

  it("agrees with the platform on text that is UTF-8, and never exceeds the limit", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 4, max: 40 }), (text, limit) => {
        const bytes = Buffer.concat([Buffer.from(text.toWellFormed()), Buffer.from([0xff])]);
        const decoded = decodeUpTo(bytes, limit);
        expect(Buffer.byteLength(decoded.text)).toBeLessThanOrEqual(limit);
        expect(`${text.toWellFormed()}\uFFFD`.startsWith(decoded.text)).toBe(true);
      }),
    );
  });
});
