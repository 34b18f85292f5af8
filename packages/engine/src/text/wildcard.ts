/** Whether a text matches a pattern in which `*` stands for any run of characters; in linear time for each `*`. */
export const matchesWildcard = (pattern: string, text: string): boolean => {
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  if (parts.length === 1) return first === text;
  const last = parts.at(-1) ?? "";
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  const end = text.length - last.length;
  let position = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, position);
    if (found < 0 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
};
