import { PatternError, RegularExpression } from "@fleetless/engine";
import { readSelector, select } from "./json-selector.ts";

type Condition = (document: unknown) => boolean;
type Test = (value: unknown) => boolean;

const maximumDepth = 20;
const operators = ["!=", "<=", ">=", "=", "<", ">"] as const;
type Operator = (typeof operators)[number];

const compareNumbers: Readonly<Record<Operator, (left: number, right: number) => boolean>> = {
  "=": (left, right) => left === right,
  "!=": (left, right) => left !== right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};

/** Literal pieces between `*`, found one after the other: time in proportion to the text. */
const matchesWildcards = (pattern: string, text: string): boolean => {
  const [first = "", ...others] = pattern.split("*");
  const last = others.pop();
  if (last === undefined) return text === pattern;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const piece of others) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
};

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;

/** Reads `{ $.a = "b" && ($.n >= 3 || $.c NOT EXISTS) }`, of which `&&` binds more tightly than `||`. */
class JsonPatternParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Condition {
    this.#expect("{");
    const condition = this.#either();
    this.#expect("}");
    if (this.#rest() !== "") throw new PatternError("Something stands behind the closing brace.");
    return condition;
  }

  #either(): Condition {
    if (++this.#depth > maximumDepth) throw new PatternError("Parentheses are nested too deeply.");
    const options = [this.#both()];
    while (this.#take("||")) options.push(this.#both());
    this.#depth--;
    return (document) => options.some((condition) => condition(document));
  }

  #both(): Condition {
    const conditions = [this.#condition()];
    while (this.#take("&&")) conditions.push(this.#condition());
    return (document) => conditions.every((condition) => condition(document));
  }

  #condition(): Condition {
    if (this.#take("(")) {
      const inner = this.#either();
      this.#expect(")");
      return inner;
    }
    const { steps, length } = readSelector(this.#rest());
    this.#at += length;
    if (this.#keyword(/^NOT\s+EXISTS\b/i)) return (document) => select(document, steps).length === 0;
    if (this.#keyword(/^EXISTS\b/i)) return (document) => select(document, steps).length > 0;
    const test = this.#is() ?? this.#comparison();
    return (document) => select(document, steps).some(test);
  }

  #is(): Test | undefined {
    if (this.#keyword(/^IS\s+NULL\b/i)) return (value) => value === null;
    if (this.#keyword(/^IS\s+TRUE\b/i)) return (value) => value === true;
    if (this.#keyword(/^IS\s+FALSE\b/i)) return (value) => value === false;
    return undefined;
  }

  #comparison(): Test {
    const operator = operators.find((candidate) => this.#take(candidate));
    if (operator === undefined) {
      throw new PatternError("Behind a selector an operator must follow: = != < <= > >= IS EXISTS NOT EXISTS.");
    }
    const rest = this.#rest();
    if (rest.startsWith('"')) return this.#equality(operator, this.#quoted());
    if (rest.startsWith("%")) return this.#regular(operator);
    const word = /^[^\s(){}&|"%]+/.exec(rest)?.[0];
    if (word === undefined) throw new PatternError(`Behind ${operator} a value must follow.`);
    this.#at += word.length;
    if (/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(word)) {
      const compare = compareNumbers[operator];
      return (value) => typeof value === "number" && compare(value, Number(word));
    }
    return this.#equality(operator, word);
  }

  #equality(operator: Operator, wanted: string): Test {
    if (operator !== "=" && operator !== "!=") throw new PatternError(`${operator} compares numbers only.`);
    return (value) => {
      const text = textOf(value);
      return text !== undefined && matchesWildcards(wanted, text) === (operator === "=");
    };
  }

  #regular(operator: Operator): Test {
    if (operator !== "=" && operator !== "!=") throw new PatternError(`${operator} compares numbers only.`);
    const source = /^%([^%]*)%/.exec(this.#rest());
    if (source === null) throw new PatternError("A percent sign is missing behind a regular expression.");
    this.#at += source[0].length;
    const expression = new RegularExpression(source[1] ?? "");
    return (value) => {
      const text = textOf(value);
      return text !== undefined && expression.occursIn(text) === (operator === "=");
    };
  }

  #quoted(): string {
    const quoted = /^"((?:[^"\\]|\\.)*)"/s.exec(this.#rest());
    if (quoted === null) throw new PatternError("A quotation mark is missing.");
    this.#at += quoted[0].length;
    return (quoted[1] ?? "").replace(/\\(["\\])/g, "$1");
  }

  /** What is left, without the blanks before it. */
  #rest(): string {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at++;
    return this.#text.slice(this.#at);
  }

  #take(token: string): boolean {
    if (!this.#rest().startsWith(token)) return false;
    this.#at += token.length;
    return true;
  }

  #keyword(keyword: RegExp): boolean {
    const found = keyword.exec(this.#rest());
    if (found === null) return false;
    this.#at += found[0].length;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new PatternError(`Expected ${token} at character ${this.#at + 1}.`);
  }
}

/** A message that is no JSON object is never selected. Throws PatternError. */
export const parseJsonPattern = (pattern: string): ((message: string) => boolean) => {
  const condition = new JsonPatternParser(pattern).parse();
  return (message) => {
    if (!message.trimStart().startsWith("{")) return false;
    try {
      return condition(JSON.parse(message));
    } catch (thrown) {
      if (thrown instanceof SyntaxError) return false;
      throw thrown;
    }
  };
};
