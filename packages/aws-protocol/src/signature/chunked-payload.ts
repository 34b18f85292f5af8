import { createHmac, hash, type KeyObject, timingSafeEqual } from "node:crypto";
import { type CredentialScope, formatScope } from "./credential-scope.ts";
import { malformedChunk, signatureDoesNotMatch } from "./errors.ts";

/** What links the signature of one chunk to that of the one before. */
export interface ChunkChain {
  readonly key: KeyObject;
  readonly scope: CredentialScope;
  readonly amzDate: string;
  readonly seedSignature: string;
}

export interface DecodedPayload {
  readonly body: Buffer;
  /** Headers that came after the last chunk, such as checksums; names in lower case. */
  readonly trailers: ReadonlyMap<string, string>;
}

const emptyHash = hash("sha256", "", "hex");
const maximumLine = 16 * 1024;

/** A payload is `aws-chunked` where X-Amz-Content-Sha256 says so. */
export const isChunked = (payloadHash: string): boolean => payloadHash.startsWith("STREAMING-");

/**
 * Takes an aws-chunked body apart; with a chain, each chunk's signature is verified as well.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export const decodeChunkedPayload = (encoded: Buffer, chain: ChunkChain | undefined): DecodedPayload => {
  const chunks: Buffer[] = [];
  let position = 0;
  let previous = chain?.seedSignature ?? "";
  const nextLine = (): string => {
    const end = encoded.indexOf("\r\n", position);
    if (end < 0 || end - position > maximumLine)
      throw malformedChunk("A chunk of the body does not end where it should");
    const line = encoded.toString("latin1", position, end);
    position = end + 2;
    return line;
  };
  for (;;) {
    const [, digits, signature] = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(nextLine()) ?? [];
    if (digits === undefined) throw malformedChunk("The length of a chunk of the body cannot be read");
    const length = Number.parseInt(digits, 16);
    if (position + length > encoded.length) throw malformedChunk("The body ends within a chunk");
    const chunk = encoded.subarray(position, position + length);
    if (chain !== undefined) previous = verifyChunk(chain, previous, signature, chunk);
    if (length === 0) break;
    position += length;
    if (nextLine() !== "") throw malformedChunk("A chunk of the body is longer than it says");
    chunks.push(chunk);
  }
  const [only] = chunks;
  const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
  return { body, trailers: readTrailers(encoded.subarray(position).toString("latin1"), chain, previous) };
};

const sign = (chain: ChunkChain, algorithm: string, ...lines: readonly string[]): string =>
  createHmac("sha256", chain.key)
    .update([algorithm, chain.amzDate, formatScope(chain.scope), ...lines].join("\n"))
    .digest("hex");

const mustEqual = (expected: string, given: string | undefined): void => {
  if (given?.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected))) {
    throw signatureDoesNotMatch();
  }
};

const verifyChunk = (chain: ChunkChain, previous: string, signature: string | undefined, chunk: Buffer): string => {
  const expected = sign(chain, "AWS4-HMAC-SHA256-PAYLOAD", previous, emptyHash, hash("sha256", chunk, "hex"));
  mustEqual(expected, signature);
  return expected;
};

const readTrailers = (text: string, chain: ChunkChain | undefined, previous: string): ReadonlyMap<string, string> => {
  const trailers = new Map<string, string>();
  let signed = "";
  for (const line of text.split("\r\n")) {
    if (line === "") continue;
    const colon = line.indexOf(":");
    if (colon < 1) throw malformedChunk("A trailer of the body cannot be read");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "x-amz-trailer-signature") {
      if (chain !== undefined) {
        mustEqual(sign(chain, "AWS4-HMAC-SHA256-TRAILER", previous, hash("sha256", signed, "hex")), value);
      }
      return trailers;
    }
    signed += `${name}:${value}\n`;
    trailers.set(name, value);
  }
  if (chain !== undefined && trailers.size > 0) throw signatureDoesNotMatch();
  return trailers;
};
