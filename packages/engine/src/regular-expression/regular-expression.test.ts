import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PatternError, RegularExpression } from "./index.ts";

const atom = fc.constantFrom(
  "a",
  "b",
  ".",
  "[ab]",
  "[^a]",
  "\\d",
  "\\w",
  "\\s",
  "^",
  "$",
  "\\b",
  "1",
  "\\.",
  "[a-c1-3]",
);
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4 },
    atom,
    fc.tuple(tie("pattern"), tie("pattern")).map(([left, right]) => left + right),
    fc.tuple(tie("pattern"), tie("pattern")).map(([left, right]) => `(${left}|${right})`),
    fc
      .tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"))
      .map(([part, bounds]) => `(?:${part})${bounds}`),
  ),
}));

describe("RegularExpression", () => {
  it("finds what the language's own engine finds", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "1", " ", ".", "\n"), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (source, searched) => {
        expect(new RegularExpression(source).occursIn(searched)).toBe(new RegExp(source).test(searched));
      }),
      { numRuns: 3000 },
    );
  });

  it("takes time in proportion on patterns that make backtracking engines explode", () => {
    const started = performance.now();
    expect(new RegularExpression("^(a+)+$").occursIn(`${"a".repeat(50_000)}!`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("folds case where asked", () => {
    expect(new RegularExpression("(?i)warn[i-k]ng").occursIn("WARNING")).toBe(true);
  });

  it.each(["(", "a)", "*", "[a", "\\1", "(?=a)", "a{3,2}", "(a{1000}){1000}", "[[:alpha:]]", "\\"])(
    "refuses %s",
    (source) => {
      expect(() => new RegularExpression(source)).toThrow(PatternError);
    },
  );
});
