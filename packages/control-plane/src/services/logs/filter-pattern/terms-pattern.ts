import { PatternError, RegularExpression } from "@fleetless/engine";

type Match = (message: string) => boolean;
interface Term {
  readonly role: "required" | "optional" | "excluded";
  readonly matches: Match;
}

const isWord = (character: string): boolean => /[\p{L}\p{N}_]/u.test(character);

/** A term stands by itself: where it begins or ends with a letter or digit, the message has none next to it. */
const containsTerm =
  (term: string): Match =>
  (message) => {
    for (let at = message.indexOf(term); at >= 0; at = message.indexOf(term, at + 1)) {
      const startsFree = !isWord(term.charAt(0)) || !isWord(message.charAt(at - 1));
      const end = at + term.length;
      if (startsFree && (!isWord(term.charAt(term.length - 1)) || !isWord(message.charAt(end)))) return true;
    }
    return false;
  };

const readQuoted = (text: string, start: number): { readonly value: string; readonly end: number } => {
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') return { value, end: at + 1 };
    value += character === "\\" && '"\\'.includes(text.charAt(at + 1)) ? text.charAt(++at) : character;
  }
  throw new PatternError("A quotation mark is missing.");
};

const readTerm = (text: string, start: number): { readonly matches: Match; readonly end: number } => {
  if (text.charAt(start) === '"') {
    const { value, end } = readQuoted(text, start);
    return { matches: value === "" ? () => true : containsTerm(value), end };
  }
  if (text.charAt(start) === "%") {
    const end = text.indexOf("%", start + 1);
    if (end < 0) throw new PatternError("A percent sign is missing behind a regular expression.");
    const expression = new RegularExpression(text.slice(start + 1, end));
    return { matches: (message) => expression.occursIn(message), end: end + 1 };
  }
  const term = /^\S+/.exec(text.slice(start))?.[0] ?? "";
  if (term === "") throw new PatternError("A term is missing.");
  return { matches: containsTerm(term), end: start + term.length };
};

/**
 * Terms between spaces, `"phrases"`, `-excluded`, `?optional` and `%regular expressions%`. Optional terms
 * count only where none is required or excluded, as with AWS.
 */
export const parseTermsPattern = (pattern: string): Match => {
  const terms: Term[] = [];
  for (let at = 0; at < pattern.length; ) {
    if (/\s/.test(pattern.charAt(at))) {
      at++;
      continue;
    }
    const role = pattern.charAt(at) === "-" ? "excluded" : pattern.charAt(at) === "?" ? "optional" : "required";
    const { matches, end } = readTerm(pattern, role === "required" ? at : at + 1);
    terms.push({ role, matches });
    at = end;
  }
  const of = (role: Term["role"]): readonly Match[] =>
    terms.filter((term) => term.role === role).map(({ matches }) => matches);
  const [required, optional, excluded] = [of("required"), of("optional"), of("excluded")];
  if (required.length === 0 && excluded.length === 0) {
    return (message) => optional.some((matches) => matches(message));
  }
  return (message) => required.every((matches) => matches(message)) && !excluded.some((matches) => matches(message));
};
