import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ConditionContext, compilePattern, matchesPattern } from "./pattern.ts";

const none: ConditionContext = new Map();
const wild = { variables: true, wildcards: true };

const matches = (pattern: string, value: string, context = none): boolean | undefined =>
  matchesPattern(compilePattern(pattern, wild), value, context);

/** The definition itself, without regard to time. */
const naive = (pattern: string, value: string): boolean => {
  if (pattern === "") return value === "";
  const rest = pattern.slice(1);
  if (pattern[0] === "*") return naive(rest, value) || (value !== "" && naive(pattern, value.slice(1)));
  return value !== "" && (pattern[0] === "?" || pattern[0] === value[0]) && naive(rest, value.slice(1));
};

const patterns = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
const texts = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 10 });

describe("patterns of policies", () => {
  it("agree with a naive matcher", () => {
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => matches(pattern, text) === naive(pattern, text)),
      {
        numRuns: 2_000,
      },
    );
  });

  it("keep the laws of wildcards", () => {
    fc.assert(
      fc.property(texts, texts, texts, (before, middle, after) => {
        const whole = before + middle + after;
        expect(matches("*", whole)).toBe(true);
        expect(matches(whole, whole)).toBe(true);
        expect(matches(`${before}*${after}`, whole)).toBe(true);
        expect(matches(`${before}${"?".repeat(middle.length)}${after}`, whole)).toBe(true);
        expect(matches(`${whole}?`, whole)).toBe(false);
      }),
    );
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        // A star in place of anything matches no less.
        if (matches(pattern, text) === true) expect(matches(pattern.replace(/./, "*"), text)).toBe(true);
      }),
    );
  });

  it("take no time that grows beyond pattern times value", () => {
    const started = performance.now();
    expect(matches(`${"*a".repeat(200)}b`, "a".repeat(5_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it("put in the request's values, which are never wildcards themselves", () => {
    const context = new Map([
      ["aws:username", ["jo*"]],
      ["many", ["a", "b"]],
    ]);
    expect(matches(`arn:\${aws:Username}/*`, "arn:jo*/x", context)).toBe(true);
    expect(matches(`arn:\${aws:Username}/*`, "arn:john/x", context)).toBe(false);
    expect(matches(`\${aws:nothing}`, "", context)).toBeUndefined();
    expect(matches(`\${many}`, "a", context)).toBeUndefined();
    expect(matches(`\${aws:nothing, 'all'}-?`, "all-1", context)).toBe(true);
    expect(matches(`a\${*}\${?}\${$}*`, "a*?$tail", context)).toBe(true);
    expect(matches(`a\${*}`, "ab", context)).toBe(false);
  });

  it("have no variables where the policy is of a version without", () => {
    const old = compilePattern(`\${aws:username}`, { variables: false, wildcards: true });
    expect(matchesPattern(old, `\${aws:username}`, new Map([["aws:username", ["x"]]]))).toBe(true);
  });
});
