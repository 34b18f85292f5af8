import { type CharacterSet, wordCharacter } from "./character-set.ts";
import { type Expression, PatternError, PatternParser } from "./parse.ts";

type Instruction =
  | { readonly kind: "set"; readonly set: CharacterSet }
  | { readonly kind: "assertion"; readonly holds: (text: string, position: number) => boolean }
  | { readonly kind: "split"; targets: readonly number[] }
  | { readonly kind: "match" };

const maximumInstructions = 4_000;

const isWord = (text: string, position: number): boolean =>
  position >= 0 && position < text.length && wordCharacter(text.charCodeAt(position));
const atWordBoundary = (text: string, position: number): boolean =>
  isWord(text, position - 1) !== isWord(text, position);

const assertions = {
  start: (_text: string, position: number) => position === 0,
  end: (text: string, position: number) => position === text.length,
  "word-boundary": atWordBoundary,
  "no-word-boundary": (text: string, position: number) => !atWordBoundary(text, position),
};

/** Appends the instructions of an expression; what follows it stands right behind them. */
const emit = (program: Instruction[], expression: Expression): void => {
  if (program.length > maximumInstructions) throw new PatternError("The pattern is too large.");
  switch (expression.kind) {
    case "set":
      program.push(expression);
      return;
    case "assertion":
      program.push({ kind: "assertion", holds: assertions[expression.assertion] });
      return;
    case "sequence":
      for (const part of expression.parts) emit(program, part);
      return;
    case "choice":
      emitChoice(program, expression.options);
      return;
    case "repeat":
      emitRepeat(program, expression);
  }
};

const emitChoice = (program: Instruction[], options: readonly Expression[]): void => {
  const ends: { kind: "split"; targets: readonly number[] }[] = [];
  const start: Instruction = { kind: "split", targets: [] };
  program.push(start);
  const targets: number[] = [];
  for (const option of options) {
    targets.push(program.length);
    emit(program, option);
    const end: Instruction = { kind: "split", targets: [] };
    ends.push(end);
    program.push(end);
  }
  start.targets = targets;
  for (const end of ends) end.targets = [program.length];
};

const emitRepeat = (program: Instruction[], { part, least, most }: Expression & { kind: "repeat" }): void => {
  for (let count = 0; count < least; count++) emit(program, part);
  if (most === undefined) {
    const loop: Instruction = { kind: "split", targets: [] };
    const start = program.push(loop) - 1;
    emit(program, part);
    program.push({ kind: "split", targets: [start] });
    loop.targets = [start + 1, program.length];
    return;
  }
  const exits: { kind: "split"; targets: readonly number[] }[] = [];
  for (let count = least; count < most; count++) {
    const exit: Instruction = { kind: "split", targets: [] };
    exits.push(exit);
    const start = program.push(exit) - 1;
    exit.targets = [start + 1];
    emit(program, part);
  }
  for (const exit of exits) exit.targets = [...exit.targets, program.length];
};

/**
 * A regular expression whose search takes time in proportion to the text's length times the pattern's, never
 * more, so that a pattern from outside cannot hold the process up. Understands literals, `.`, classes,
 * groups, `|`, `* + ? {n,m}`, `^ $ \b \B`, `\d \w \s` and their opposites, `\xhh`, and `(?i)` at the start.
 */
export class RegularExpression {
  readonly #program: readonly Instruction[];

  /** Throws PatternError. */
  constructor(pattern: string) {
    const program: Instruction[] = [];
    emit(program, new PatternParser(pattern).parse());
    program.push({ kind: "match" });
    if (program.length > maximumInstructions) throw new PatternError("The pattern is too large.");
    this.#program = program;
  }

  /** Whether the pattern occurs anywhere in `text`. */
  occursIn(text: string): boolean {
    let current: number[] = [];
    const seenAt = new Int32Array(this.#program.length).fill(-1);
    for (let position = 0; position <= text.length; position++) {
      if (this.#follow(0, text, position, seenAt, current)) return true;
      if (position === text.length) return false;
      const code = text.charCodeAt(position);
      const next: number[] = [];
      for (const index of current) {
        const instruction = this.#program[index];
        if (instruction?.kind !== "set" || !instruction.set(code)) continue;
        if (this.#follow(index + 1, text, position + 1, seenAt, next)) return true;
      }
      current = next;
    }
    return false;
  }

  /** Adds to `states` every set that can be reached from an instruction without a character; true at a match. */
  #follow(start: number, text: string, position: number, seenAt: Int32Array, states: number[]): boolean {
    const pending = [start];
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (seenAt[index] === position) continue;
      seenAt[index] = position;
      const instruction = this.#program[index];
      if (instruction?.kind === "match") return true;
      if (instruction?.kind === "set") states.push(index);
      else if (instruction?.kind === "split") pending.push(...instruction.targets);
      else if (instruction?.holds(text, position)) pending.push(index + 1);
    }
    return false;
  }
}
