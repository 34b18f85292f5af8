import fc from "fast-check";
import { expect, it } from "vitest";
import { matchesGlob } from "./glob.ts";

it("agrees with the regular expression that it stands for", () => {
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 6 });
  const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (glob, searched) => {
      const expression = new RegExp(`^${glob.replaceAll("*", ".*").replaceAll("?", ".")}$`);
      expect(matchesGlob(glob, searched)).toBe(expression.test(searched));
    }),
  );
});

it("takes what stands behind a backslash as it is", () => {
  expect([matchesGlob("a\\*", "a*"), matchesGlob("a\\*", "ab")]).toEqual([true, false]);
});

it("takes time in proportion", () => {
  expect(matchesGlob(`${"*a".repeat(2_000)}b`, "a".repeat(20_000))).toBe(false);
});
