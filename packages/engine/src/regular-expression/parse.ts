import { anyButNewline, type CharacterSet, classEscapes, controlEscapes, not, range, union } from "./character-set.ts";

export type Expression =
  | { readonly kind: "set"; readonly set: CharacterSet }
  | { readonly kind: "assertion"; readonly assertion: "start" | "end" | "word-boundary" | "no-word-boundary" }
  | { readonly kind: "sequence"; readonly parts: readonly Expression[] }
  | { readonly kind: "choice"; readonly options: readonly Expression[] }
  | { readonly kind: "repeat"; readonly part: Expression; readonly least: number; readonly most: number | undefined };

/** Why a pattern cannot be used, in a sentence for the person who wrote it. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

const maximumDepth = 50;

/** A recursive-descent parser of the regular expressions that need no backtracking: no back-references, no look-around. */
export class PatternParser {
  readonly #pattern: string;
  readonly #foldCase: boolean;
  #position: number;
  #depth = 0;

  constructor(pattern: string) {
    this.#foldCase = pattern.startsWith("(?i)");
    this.#pattern = pattern;
    this.#position = this.#foldCase ? 4 : 0;
  }

  parse(): Expression {
    const expression = this.#choice();
    if (this.#position < this.#pattern.length) throw new PatternError("An opening parenthesis is missing.");
    return expression;
  }

  #choice(): Expression {
    if (++this.#depth > maximumDepth) throw new PatternError("Groups are nested too deeply.");
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    this.#depth--;
    return options.length === 1 && options[0] ? options[0] : { kind: "choice", options };
  }

  #sequence(): Expression {
    const parts: Expression[] = [];
    while (this.#position < this.#pattern.length && !"|)".includes(this.#peek())) parts.push(this.#repetition());
    return { kind: "sequence", parts };
  }

  #repetition(): Expression {
    let part = this.#atom();
    for (;;) {
      const bounds = this.#bounds();
      if (bounds === undefined) return part;
      this.#take("?");
      part = { kind: "repeat", part, ...bounds };
    }
  }

  #bounds(): { readonly least: number; readonly most: number | undefined } | undefined {
    if (this.#take("*")) return { least: 0, most: undefined };
    if (this.#take("+")) return { least: 1, most: undefined };
    if (this.#take("?")) return { least: 0, most: 1 };
    const counted = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.#pattern.slice(this.#position, this.#position + 12));
    if (counted === null) return undefined;
    this.#position += counted[0].length;
    const least = Number(counted[1]);
    const most = counted[2] === undefined ? least : counted[3] ? Number(counted[3]) : undefined;
    if (most !== undefined && most < least) throw new PatternError(`The bounds ${counted[0]} are the wrong way round.`);
    return { least, most };
  }

  #atom(): Expression {
    const character = this.#next();
    switch (character) {
      case "^":
        return { kind: "assertion", assertion: "start" };
      case "$":
        return { kind: "assertion", assertion: "end" };
      case ".":
        return { kind: "set", set: anyButNewline };
      case "[":
        return { kind: "set", set: this.#characterClass() };
      case "(":
        return this.#group();
      case "\\":
        return this.#escape();
      case "*":
      case "+":
      case "?":
        throw new PatternError(`There is nothing before ${character} to repeat.`);
      default:
        return this.#literal(character.charCodeAt(0));
    }
  }

  #group(): Expression {
    if (this.#take("?") && !this.#take(":")) {
      throw new PatternError("Look-around, named groups and flags inside the pattern are not supported.");
    }
    const expression = this.#choice();
    if (!this.#take(")")) throw new PatternError("A closing parenthesis is missing.");
    return expression;
  }

  #escape(): Expression {
    if (this.#take("b")) return { kind: "assertion", assertion: "word-boundary" };
    if (this.#take("B")) return { kind: "assertion", assertion: "no-word-boundary" };
    if (this.#take("A")) return { kind: "assertion", assertion: "start" };
    if (this.#take("z")) return { kind: "assertion", assertion: "end" };
    const escaped = this.#escapedSet();
    return typeof escaped === "number" ? this.#literal(escaped) : { kind: "set", set: escaped };
  }

  #escapedSet(): CharacterSet | number {
    const character = this.#next();
    const named = classEscapes[character];
    if (named !== undefined) return named;
    const control = controlEscapes[character];
    if (control !== undefined) return control;
    if (character === "x") {
      const code = /^[0-9a-fA-F]{2}/.exec(this.#pattern.slice(this.#position, this.#position + 2))?.[0];
      if (code === undefined) throw new PatternError("\\x must be followed by two hexadecimal digits.");
      this.#position += 2;
      return Number.parseInt(code, 16);
    }
    if (/[A-Za-z0-9]/.test(character)) throw new PatternError(`\\${character} is not supported.`);
    return character.charCodeAt(0);
  }

  #characterClass(): CharacterSet {
    const negated = this.#take("^");
    const sets: CharacterSet[] = [];
    for (let first = true; first || this.#peek() !== "]"; first = false) {
      const low = this.#classMember();
      const isRange = this.#peek() === "-" && this.#pattern.charAt(this.#position + 1) !== "]";
      if (typeof low !== "number" || !isRange) {
        sets.push(typeof low === "number" ? this.#folded(low, low) : low);
        continue;
      }
      this.#next();
      const high = this.#classMember();
      if (typeof high !== "number" || high < low)
        throw new PatternError("A range in a character class is the wrong way round.");
      sets.push(this.#folded(low, high));
    }
    this.#next();
    const set = union(sets);
    return negated ? not(set) : set;
  }

  #classMember(): CharacterSet | number {
    if (this.#peek() === "[" && this.#pattern.charAt(this.#position + 1) === ":") {
      throw new PatternError("Named character classes such as [[:alpha:]] are not supported.");
    }
    const character = this.#next();
    return character === "\\" ? this.#escapedSet() : character.charCodeAt(0);
  }

  #literal(code: number): Expression {
    return { kind: "set", set: this.#folded(code, code) };
  }

  #folded(low: number, high: number): CharacterSet {
    const exact = range(low, high);
    if (!this.#foldCase) return exact;
    return (code) => {
      const character = String.fromCharCode(code);
      return [code, character.toLowerCase().charCodeAt(0), character.toUpperCase().charCodeAt(0)].some(exact);
    };
  }

  #peek(): string {
    return this.#pattern.charAt(this.#position);
  }

  #next(): string {
    const character = this.#peek();
    if (character === "") throw new PatternError("The pattern ends too early.");
    this.#position++;
    return character;
  }

  #take(expected: string): boolean {
    if (this.#peek() !== expected) return false;
    this.#position++;
    return true;
  }
}
