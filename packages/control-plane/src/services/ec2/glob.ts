/**
 * Whether `text` matches a filter's value, where `*` stands for any characters, `?` for one, and a backslash
 * takes the next character as it is. Linear in memory and at worst the product of the lengths in time.
 */
export const matchesGlob = (pattern: string, text: string): boolean => {
  const tokens = tokensOf(pattern);
  let token = 0;
  let position = 0;
  let star = -1;
  let starPosition = 0;
  while (position < text.length) {
    const current = tokens[token];
    if (current === anything) {
      star = token++;
      starPosition = position;
    } else if (current === anyOne || current === text[position]) {
      token++;
      position++;
    } else if (star >= 0) {
      token = star + 1;
      position = ++starPosition;
    } else {
      return false;
    }
  }
  while (tokens[token] === anything) token++;
  return token === tokens.length;
};

const anything = Symbol("*");
const anyOne = Symbol("?");

const tokensOf = (pattern: string): readonly (string | symbol)[] => {
  const tokens: (string | symbol)[] = [];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === "\\" && index + 1 < pattern.length) tokens.push(pattern.charAt(++index));
    else if (character === "*") tokens.push(anything);
    else if (character === "?") tokens.push(anyOne);
    else tokens.push(character);
  }
  return tokens;
};
