/**
 * Splits a command line into its words as a POSIX shell would, quotes and backslashes included; nothing is expanded
 * and no shell runs. Undefined where a quote is not closed or a backslash is the last character.
 */
export const splitCommand = (line: string): readonly string[] | undefined => {
  const words: string[] = [];
  let word: string | undefined;
  let quote: "'" | '"' | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (quote === "'") {
      if (character === "'") quote = undefined;
      else word += character;
    } else if (character === "\\") {
      at += 1;
      if (at >= line.length) return undefined;
      const next = line.charAt(at);
      const isEscaped = quote === undefined || next === '"' || next === "\\" || next === "$" || next === "`";
      word = `${word ?? ""}${isEscaped ? next : `\\${next}`}`;
    } else if (quote === '"') {
      if (character === '"') quote = undefined;
      else word += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= "";
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = `${word ?? ""}${character}`;
    }
  }
  if (quote !== undefined) return undefined;
  if (word !== undefined) words.push(word);
  return words;
};
