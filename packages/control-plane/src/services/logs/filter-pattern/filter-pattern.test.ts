import { describe, expect, it } from "vitest";
import { parseFilterPattern } from "./filter-pattern.ts";

describe("terms", () => {
  it.each([
    ["", "anything", true],
    ['""', "anything", true],
    ["ERROR", "[ERROR] disk", true],
    ["ERROR", "ERRORS", false],
    ["ERROR", "error", false],
    ["ERROR disk", "disk ERROR", true],
    ["ERROR disk", "ERROR net", false],
    ['"two words"', "has two words here", true],
    ['"two words"', "words two", false],
    ["-ERROR", "fine", true],
    ["ERROR -disk", "ERROR disk", false],
    ["?ERROR ?WARN", "WARN x", true],
    ["?ERROR ?WARN", "INFO x", false],
    ["?ERROR WARN", "WARN x", true],
    ["%E[RX]+OR%", "ERRROR", true],
    ['%^\\d+ "a"%', 'x 12 "a"', false],
    ['"say \\"hi\\""', 'say "hi"', true],
  ])("%s on %s is %s", (pattern, message, expected) => {
    expect(parseFilterPattern(pattern)(message)).toBe(expected);
  });
});

describe("JSON", () => {
  const message = JSON.stringify({
    level: "error",
    n: 4,
    deep: { "a b": ["x", { id: 7 }] },
    yes: true,
    nothing: null,
    host: "10.0.0.1",
  });
  it.each([
    ['{ $.level = "error" }', true],
    ["{ $.level = err* }", true],
    ['{ $.level != "error" }', false],
    ['{ $.missing != "error" }', false],
    ["{ $.n > 3 && $.n <= 4 }", true],
    ["{ $.n = 5 || $.yes IS TRUE }", true],
    ['{ ($.n = 5 || $.level = "error") && $.nothing IS NULL }', true],
    ["{ $.n = 4 || $.n = 4 && $.n = 5 }", true],
    ["{ $.missing NOT EXISTS }", true],
    ["{ $.n NOT EXISTS }", false],
    ["{ $.deep['a b'][1].id = 7 }", true],
    ["{ $.deep['a b'][*] = x }", true],
    ["{ $.host = 10.0.*.1 }", true],
    ["{ $.host = %^10\\.% }", true],
    ["{ $.n = 4e0 }", true],
  ])("%s is %s", (pattern, expected) => {
    expect(parseFilterPattern(pattern)(message)).toBe(expected);
  });

  it("selects no message that is not JSON", () => {
    expect(parseFilterPattern("{ $.a NOT EXISTS }")("plain {")).toBe(false);
    expect(parseFilterPattern("{ $.a NOT EXISTS }")("{broken")).toBe(false);
  });
});

it.each(["{ $.a }", "{ a = 1 }", "{ $.a = 1", "{ $.a > x }", '"open', "%open", "{ $ = 1 }", "[a, b]", "{ $.a = 1 } x"])(
  "refuses %s",
  (pattern) => {
    expect(() => parseFilterPattern(pattern)).toThrow(expect.objectContaining({ code: "InvalidParameterException" }));
  },
);
