import { type AnswerRecord, parseRecordData } from "@fleetless/engine";
import { type Answer, encode } from "dns-packet";
import { type DnsQuestion, responseCode, wantsExtensions } from "./dns-message.ts";

export interface ResolvedAnswer {
  readonly answers: readonly Answer[];
  /** The SOA record of an answer that has nothing of the type asked for. */
  readonly authorities: readonly Answer[];
  readonly exists: boolean;
  /** Nothing of it came from elsewhere. */
  readonly authoritative: boolean;
}

const headerLength = 12;
/** The name of the question, which begins behind the header. RFC 1035 section 4.1.4. */
const pointerToQuestion = Buffer.from([0xc0, headerLength]);
/** Bytes of one datagram that the resolver says it takes itself. */
const ownLimit = 1232;
const mostKept = 20_000;

const octal = (_all: string, code: string): string => String.fromCharCode(Number.parseInt(code, 8));

/** As dns-packet writes names: without the final dot and escapes. */
const bareName = (name: string): string => {
  const bare = name.length > 1 && name.endsWith(".") ? name.slice(0, -1) : name;
  return bare.includes("\\") ? bare.replace(/\\([0-7]{3})/g, octal) : bare;
};

const kept = new Map<string, Answer | undefined>();

/** A zone's record as it goes into a message; undefined for what is no value of its type. */
export const answerOf = ({ name, type, timeToLive, value }: AnswerRecord): Answer | undefined => {
  const key = `${name} ${type} ${timeToLive} ${value}`;
  if (kept.has(key)) return kept.get(key);
  const parsed = parseRecordData(type, value);
  const answer: Answer | undefined =
    parsed === undefined || "problem" in parsed
      ? undefined
      : { ...parsed, name: bareName(name), ttl: timeToLive, class: "IN" };
  if (kept.size >= mostKept) kept.clear();
  kept.set(key, answer);
  return answer;
};

const encoded = new WeakMap<Answer, Buffer>();

/** The record's bytes, its name written out. */
const bytesOf = (answer: Answer): Buffer => {
  const known = encoded.get(answer);
  if (known !== undefined) return known;
  const bytes = Buffer.from(encode({ type: "response", answers: [answer] })).subarray(headerLength);
  encoded.set(answer, bytes);
  return bytes;
};

const endOfName = (bytes: Buffer): number => {
  let offset = 0;
  for (let length = bytes[0] ?? 0; length > 0; length = bytes[offset] ?? 0) offset += length + 1;
  return offset + 1;
};

const ownExtensions: Answer = {
  type: "OPT",
  name: ".",
  udpPayloadSize: ownLimit,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

/** The whole message: header and question as they were asked, with an EDNS record where the asker sent one. */
export const encodeAnswer = (query: Buffer, question: DnsQuestion, resolved: ResolvedAnswer): Buffer => {
  const asked = question.name.toLowerCase();
  const parts: Buffer[] = [query.subarray(0, question.end)];
  for (const answer of [...resolved.answers, ...resolved.authorities]) {
    const bytes = bytesOf(answer);
    if (answer.name.toLowerCase() === asked) parts.push(pointerToQuestion, bytes.subarray(endOfName(bytes)));
    else parts.push(bytes);
  }
  const extended = wantsExtensions(query, question);
  if (extended) parts.push(bytesOf(ownExtensions));
  const message = Buffer.concat(parts);
  const code = resolved.exists ? responseCode.noError : responseCode.nameError;
  message.writeUInt16BE(0x8080 | (resolved.authoritative ? 0x0400 : 0) | (question.flags & 0x0110) | code, 2);
  message.writeUInt16BE(1, 4);
  message.writeUInt16BE(resolved.answers.length, 6);
  message.writeUInt16BE(resolved.authorities.length, 8);
  message.writeUInt16BE(extended ? 1 : 0, 10);
  return message;
};
