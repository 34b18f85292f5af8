import { isUtf8 } from "node:buffer";

const replacement = "\uFFFD";
const replacementBytes = 3;

/** Bytes of the well-formed character at `at`, or 0. https://www.unicode.org/versions/Unicode15.0.0/ch03.pdf table 3-7 */
const characterLength = (bytes: Buffer, at: number): number => {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] ?? 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let index = at + 2; index < at + length; index++) {
    if (((bytes[index] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
};

export interface DecodedText {
  readonly text: string;
  /** How many bytes of the input the text stands for. */
  readonly consumed: number;
}

/**
 * The longest beginning of `bytes` whose UTF-8 has at most `limit` bytes, never cut inside a character. Each
 * byte that is not UTF-8 becomes one U+FFFD, which counts three bytes, as in Docker's awslogs driver.
 */
export const decodeUpTo = (bytes: Buffer, limit: number): DecodedText => {
  if (isUtf8(bytes)) {
    let consumed = Math.min(bytes.length, limit);
    while (consumed < bytes.length && ((bytes[consumed] ?? 0) & 0xc0) === 0x80) consumed--;
    return { text: bytes.toString("utf8", 0, consumed), consumed };
  }
  const parts: string[] = [];
  let size = 0;
  let at = 0;
  let validFrom = 0;
  while (at < bytes.length) {
    const length = characterLength(bytes, at);
    if (size + (length || replacementBytes) > limit) break;
    size += length || replacementBytes;
    if (length === 0) {
      parts.push(bytes.toString("utf8", validFrom, at), replacement);
      validFrom = at + 1;
    }
    at += length || 1;
  }
  parts.push(bytes.toString("utf8", validFrom, at));
  return { text: parts.join(""), consumed: at };
};
