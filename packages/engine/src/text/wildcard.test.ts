import { assert, constantFrom, property, string } from "fast-check";
import { expect, test } from "vitest";
import { matchesWildcard } from "./wildcard.ts";

test.each([
  ["", "", true],
  ["", "a", false],
  ["a", "a", true],
  ["a*", "abc", true],
  ["*c", "abc", true],
  ["a*c", "ac", true],
  ["a*a", "a", false],
  ["*b*", "abc", true],
  ["a*b*c", "a-b-b-c", true],
  ["a*bb*c", "abc", false],
  ["*.*.*", "1.2", false],
])("%o against %o is %s", (pattern, text, expected) => {
  expect(matchesWildcard(pattern, text)).toBe(expected);
});

test("agrees with a regular expression", () => {
  const some = string({ unit: constantFrom("a", "b", "."), maxLength: 8 });
  const pattern = string({ unit: constantFrom("a", "b", ".", "*"), maxLength: 8 });
  const escaped = (text: string): string => text.replace(/\./g, "\\.").replace(/\*/g, ".*");
  assert(
    property(
      pattern,
      some,
      (glob, text) => matchesWildcard(glob, text) === new RegExp(`^${escaped(glob)}$`).test(text),
    ),
    { numRuns: 2_000 },
  );
});
