import { serialisationError } from "../serialisation-error.ts";

const maximumDepth = 128;
const maximumBignumBytes = 64;
const indefinite = 31;
const breakByte = 0xff;

const malformed = (): Error => serialisationError("Not a valid CBOR document");

interface Head {
  readonly major: number;
  readonly minor: number;
  /** A length, a count, a tag or an integer; of the latter no more than a double holds. */
  readonly argument: number;
  readonly end: number;
}

const readHead = (body: Buffer, at: number): Head => {
  const first = body[at];
  if (first === undefined) throw malformed();
  const major = first >> 5;
  const minor = first & 31;
  if (minor < 24 || minor === indefinite) return { major, minor, argument: minor, end: at + 1 };
  const bytes = 2 ** (minor - 24);
  if (minor > 27 || at + 1 + bytes > body.length) throw malformed();
  const argument = bytes === 8 ? Number(body.readBigUInt64BE(at + 1)) : body.readUIntBE(at + 1, bytes);
  return { major, minor, argument, end: at + 1 + bytes };
};

/**
 * Walks over a document without building anything, so that the decoder is only ever given one that is whole: it
 * trusts lengths, complains on the console, and takes time and memory without bound for large decimals. Throws
 * SerializationException. https://www.rfc-editor.org/rfc/rfc8949.html#section-3
 */
export const checkCbor = (body: Buffer): void => {
  if (endOfItem(body, 0, 0) !== body.length) throw malformed();
};

const endOfItem = (body: Buffer, at: number, depth: number): number => {
  if (depth > maximumDepth) throw serialisationError("The CBOR document is nested too deeply");
  const head = readHead(body, at);
  switch (head.major) {
    case 0:
    case 1:
      if (head.minor === indefinite) throw malformed();
      return head.end;
    case 2:
    case 3:
      return endOfString(body, head);
    case 4:
      return endOfItems(body, head, 1, depth);
    case 5:
      return endOfItems(body, head, 2, depth);
    case 6:
      return endOfTagged(body, head, depth);
    default:
      if (head.minor === indefinite) throw malformed();
      return head.end;
  }
};

const endOfString = (body: Buffer, head: Head): number => {
  if (head.minor !== indefinite) {
    if (head.argument > body.length - head.end) throw malformed();
    return head.end + head.argument;
  }
  let at = head.end;
  while (body[at] !== breakByte) {
    const chunk = readHead(body, at);
    if (chunk.major !== head.major || chunk.minor === indefinite) throw malformed();
    at = endOfString(body, chunk);
  }
  return at + 1;
};

/** `each` is 2 where an entry is a key and a value. */
const endOfItems = (body: Buffer, head: Head, each: 1 | 2, depth: number): number => {
  let at = head.end;
  const entry = (): void => {
    // The decoder knows text alone as a key.
    if (each === 2) at = endOfKey(body, at);
    at = endOfItem(body, at, depth + 1);
  };
  if (head.minor === indefinite) {
    while (body[at] !== breakByte) entry();
    return at + 1;
  }
  if (head.argument * each > body.length - at) throw malformed();
  for (let count = head.argument; count > 0; count -= 1) entry();
  return at;
};

const endOfKey = (body: Buffer, at: number): number => {
  const head = readHead(body, at);
  if (head.major !== 3) throw malformed();
  return endOfString(body, head);
};

const endOfTagged = (body: Buffer, head: Head, depth: number): number => {
  if (head.minor === indefinite) throw malformed();
  if (head.argument === 2 || head.argument === 3) {
    const bytes = readHead(body, head.end);
    if (bytes.major !== 2 || bytes.minor === indefinite || bytes.argument > maximumBignumBytes) throw malformed();
    return endOfString(body, bytes);
  }
  if (head.argument === 4 || head.argument === 5) {
    throw serialisationError("Decimal fractions and bigfloats are not supported in a CBOR document");
  }
  return endOfItem(body, head.end, depth + 1);
};
