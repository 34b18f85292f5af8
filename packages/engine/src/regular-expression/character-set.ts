/** Says whether a UTF-16 code unit belongs to a set. */
export type CharacterSet = (code: number) => boolean;

const between =
  (first: string, last: string): CharacterSet =>
  (code) =>
    code >= first.charCodeAt(0) && code <= last.charCodeAt(0);
const anyOf =
  (...sets: readonly CharacterSet[]): CharacterSet =>
  (code) =>
    sets.some((set) => set(code));
export const not =
  (set: CharacterSet): CharacterSet =>
  (code) =>
    !set(code);
export const range =
  (first: number, last: number): CharacterSet =>
  (code) =>
    code >= first && code <= last;
export const union = (sets: readonly CharacterSet[]): CharacterSet => anyOf(...sets);

const digit = between("0", "9");
export const wordCharacter = anyOf(digit, between("a", "z"), between("A", "Z"), (code) => code === 95);
const space: CharacterSet = (code) => code === 32 || (code >= 9 && code <= 13);
export const anyButNewline: CharacterSet = (code) => code !== 10;

/** What `\d`, `\W` and their like stand for. */
export const classEscapes: Readonly<Record<string, CharacterSet>> = {
  d: digit,
  D: not(digit),
  w: wordCharacter,
  W: not(wordCharacter),
  s: space,
  S: not(space),
};

/** Escapes that stand for one control character. */
export const controlEscapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7 };
