import { describe, expect, it } from "vitest";
import { conditionHolds, parseConditions } from "./conditions.ts";
import { conditionContext } from "./pattern.ts";

const holds = (
  operator: string,
  key: string,
  values: unknown,
  request: Readonly<Record<string, readonly string[]>>,
  effect: "Allow" | "Deny" = "Allow",
): boolean | undefined => {
  const context = conditionContext(Object.entries(request));
  const results = parseConditions({ [operator]: { [key]: values } }, true).map((condition) =>
    conditionHolds(condition, context, effect),
  );
  expect(results).toHaveLength(1);
  return results[0];
};

type Case = readonly [operator: string, values: unknown, request: readonly string[] | undefined, expected: boolean];

const check = (cases: readonly Case[]): void => {
  for (const [operator, values, request, expected] of cases) {
    const context = request === undefined ? {} : { "x:Key": request };
    expect([operator, values, request, holds(operator, "x:key", values, context)]).toEqual([
      operator,
      values,
      request,
      expected,
    ]);
  }
};

describe("condition operators", () => {
  it("compare strings", () => {
    check([
      ["StringEquals", "a", ["a"], true],
      ["StringEquals", ["b", "a"], ["a"], true],
      ["StringEquals", "a", ["A"], false],
      ["StringEquals", "a*", ["ab"], false],
      ["StringEquals", "a", undefined, false],
      ["StringNotEquals", "a", ["b"], true],
      ["StringNotEquals", ["a", "b"], ["b"], false],
      ["StringNotEquals", "a", undefined, true],
      ["StringEqualsIgnoreCase", "aB", ["Ab"], true],
      ["StringNotEqualsIgnoreCase", "aB", ["Ab"], false],
      ["StringLike", "a*c?", ["abbcd"], true],
      ["StringLike", "a*c?", ["abbc"], false],
      ["StringNotLike", "a*", ["abc"], false],
      ["stringequals", "a", ["a"], true],
    ]);
  });

  it("compare numbers and dates", () => {
    check([
      ["NumericEquals", 5, ["5.0"], true],
      ["NumericNotEquals", "5", ["6"], true],
      ["NumericLessThan", 5, ["4"], true],
      ["NumericLessThan", 5, ["5"], false],
      ["NumericLessThanEquals", 5, ["5"], true],
      ["NumericGreaterThan", 5, ["10"], true],
      ["NumericGreaterThanEquals", 5, ["4.9"], false],
      ["NumericEquals", 5, ["five"], false],
      ["NumericEquals", 5, [""], false],
      ["DateGreaterThan", "2026-01-01T00:00:00Z", ["2026-01-01T00:00:01Z"], true],
      ["DateLessThan", "2026-01-01", ["2025-12-31T23:59:59Z"], true],
      ["DateEquals", "2026-01-01T00:00:00Z", ["1767225600"], true],
      ["DateLessThanEquals", "1767225600", ["2026-01-01T00:00:00Z"], true],
      ["DateNotEquals", "2026-01-01T00:00:00Z", ["2026-01-01T01:00:00+01:00"], false],
    ]);
  });

  it("compare truth values, bytes and presence", () => {
    check([
      ["Bool", "true", ["true"], true],
      ["Bool", true, ["True"], true],
      ["Bool", "false", ["true"], false],
      ["Bool", "false", undefined, false],
      ["BoolIfExists", "false", undefined, true],
      ["BinaryEquals", "QUJD", ["QUJD"], true],
      ["Null", "true", undefined, true],
      ["Null", true, ["a"], false],
      ["Null", "false", ["a"], true],
      ["Null", "false", undefined, false],
    ]);
  });

  it("compare addresses of both families", () => {
    check([
      ["IpAddress", "10.1.0.0/16", ["10.1.255.1"], true],
      ["IpAddress", "10.1.0.0/16", ["10.2.0.1"], false],
      ["IpAddress", ["192.0.2.1", "2001:db8::/32"], ["2001:db8:1::5"], true],
      ["IpAddress", "192.0.2.1", ["192.0.2.1"], true],
      ["IpAddress", "0.0.0.0/0", ["203.0.113.9"], true],
      ["IpAddress", "10.0.0.0/8", ["not an address"], false],
      ["NotIpAddress", "10.0.0.0/8", ["10.0.0.1"], false],
      ["NotIpAddress", "10.0.0.0/8", ["11.0.0.1"], true],
      ["NotIpAddress", "10.0.0.0/8", undefined, true],
    ]);
  });

  it("compare ARNs part by part", () => {
    check([
      ["ArnLike", "arn:aws:iam::*:role/ci-*", ["arn:aws:iam::123456789012:role/ci-main"], true],
      ["ArnLike", "arn:aws:*:role/x", ["arn:aws:iam::123456789012:role/x"], false],
      ["ArnEquals", "arn:aws:sns:*:*:topic", ["arn:aws:sns:eu-west-1:123456789012:topic"], true],
      ["ArnLike", "arn:aws:logs:*:*:log-group:a:*", ["arn:aws:logs:r:1:log-group:a:b"], true],
      ["ArnNotLike", "arn:aws:iam::*:role/ci-*", ["arn:aws:iam::1:role/x"], true],
      ["ArnNotEquals", "arn:aws:iam::1:role/x", ["arn:aws:iam::1:role/x"], false],
      ["ArnLike", "*", ["arn:aws:iam::1:role/x"], true],
    ]);
  });

  it("go over keys of many values", () => {
    check([
      ["ForAllValues:StringEquals", ["a", "b"], ["a", "b"], true],
      ["ForAllValues:StringEquals", ["a", "b"], ["a", "c"], false],
      ["ForAllValues:StringEquals", ["a"], undefined, true],
      ["ForAnyValue:StringEquals", ["a"], ["a", "c"], true],
      ["ForAnyValue:StringEquals", ["a"], ["b", "c"], false],
      ["ForAnyValue:StringEquals", ["a"], undefined, false],
      ["ForAnyValue:StringLike", ["a*"], ["b", "ax"], true],
      ["ForAllValues:StringNotEquals", ["a", "b"], ["c", "d"], true],
      ["ForAllValues:StringNotEquals", ["a", "b"], ["c", "a"], false],
      ["ForAnyValue:StringNotEquals", ["a", "b"], ["c", "a"], true],
      ["ForAnyValue:StringEqualsIfExists", ["a"], undefined, true],
      ["StringEqualsIfExists", "a", undefined, true],
      ["StringEqualsIfExists", "a", ["b"], false],
    ]);
  });

  it("let nothing through by one of several values, where keys differ in case alone", () => {
    const both = { "aws:RequestTag/env": ["test"], "aws:RequestTag/ENV": ["prod"] };
    const alike = { "aws:RequestTag/env": ["test"], "aws:RequestTag/ENV": ["test"] };
    const on = (operator: string, request: typeof both, effect: "Allow" | "Deny") =>
      holds(operator, "aws:RequestTag/Env", "test", request, effect);
    expect(on("StringEquals", both, "Allow")).toBe(false);
    expect(on("StringEquals", alike, "Allow")).toBe(true);
    expect(on("StringNotEquals", both, "Allow")).toBe(false);
    expect(on("StringEquals", both, "Deny")).toBe(true);
    expect(on("StringNotEquals", both, "Deny")).toBe(true);
    expect(on("StringNotEquals", alike, "Deny")).toBe(false);
    expect(on("StringLikeIfExists", both, "Allow")).toBe(false);
  });

  it("say nothing where a variable has no value", () => {
    const value = `\${aws:username}`;
    expect(holds("StringEquals", "x:key", value, { "x:key": ["a"], "aws:username": ["a"] })).toBe(true);
    expect(holds("StringNotEquals", "x:key", value, { "x:key": ["a"] })).toBe(false);
    expect(holds("StringNotEquals", "x:key", value, { "x:key": ["a"] }, "Deny")).toBe(true);
    expect(holds("StringEquals", "x:key", [value, "a"], { "x:key": ["a"] })).toBe(true);
    expect(holds("StringEquals", "x:key", `a\${*}b`, { "x:key": ["a*b"] })).toBe(true);
  });

  it("are refused in AWS's words where they are not operators or their values not values", () => {
    const refused = (operator: string, values: unknown, message: string) =>
      expect(() => parseConditions({ [operator]: { "x:key": values } }, true)).toThrow(message);
    refused("StringMatches", "a", "Invalid Condition type : StringMatches.");
    refused("NullIfExists", "true", "Invalid Condition type : NullIfExists.");
    refused("NumericEquals", "five", "Invalid value five");
    refused("IpAddress", "10.0.0.0/33", "Invalid value 10.0.0.0/33");
    refused("DateEquals", "tomorrow", "Invalid value tomorrow");
    refused("Bool", "maybe", "Invalid value maybe");
    refused("StringEquals", { a: 1 }, "Syntax errors in policy.");
    expect(() => parseConditions({ StringEquals: { key: "a" } }, true)).toThrow("must be prefaced by a vendor");
  });
});
