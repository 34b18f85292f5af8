/** The parts of DNS messages that a resolver reads without understanding every record. RFC 1035 section 4. */

const headerLength = 12;
const optType = 41;

export const responseCode = { noError: 0, formatError: 1, serverFailure: 2, nameError: 3, notImplemented: 4 } as const;

export interface DnsQuestion {
  readonly id: number;
  readonly flags: number;
  /** As it was asked; labels joined by dots, bytes as Latin-1. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** Offset of the first byte after the question. */
  readonly end: number;
}

/** Reads past a name that may end in a compression pointer. */
const skipName = (message: Buffer, start: number): number | undefined => {
  let offset = start;
  for (;;) {
    const length = message[offset];
    if (length === undefined) return undefined;
    if (length === 0) return offset + 1;
    if (length >= 192) return offset + 2;
    if (length > 63) return undefined;
    offset += length + 1;
  }
};

/** The only question of a message, or undefined where it has none, several, or is cut off. */
export const readQuestion = (message: Buffer): DnsQuestion | undefined => {
  if (message.length < headerLength + 5 || message.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let offset = headerLength;
  for (;;) {
    const length = message[offset];
    if (length === undefined || length > 63) return undefined;
    offset += 1;
    if (length === 0) break;
    labels.push(message.toString("latin1", offset, offset + length));
    offset += length;
  }
  if (offset - headerLength > 255 || offset + 4 > message.length) return undefined;
  return {
    id: message.readUInt16BE(0),
    flags: message.readUInt16BE(2),
    name: labels.join("."),
    type: message.readUInt16BE(offset),
    class: message.readUInt16BE(offset + 2),
    end: offset + 4,
  };
};

interface RecordPosition {
  readonly type: number;
  readonly class: number;
  readonly timeToLive: number;
  readonly timeToLiveOffset: number;
  /** Offset of the first byte behind the record. */
  readonly end: number;
}

/** Where the resource records of a message stand; undefined where the message is malformed. */
export const readRecords = (message: Buffer, question: DnsQuestion): readonly RecordPosition[] | undefined => {
  const count = message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10);
  const records: RecordPosition[] = [];
  let offset = question.end;
  for (let index = 0; index < count; index += 1) {
    const fixed = skipName(message, offset);
    if (fixed === undefined || fixed + 10 > message.length) return undefined;
    offset = fixed + 10 + message.readUInt16BE(fixed + 8);
    if (offset > message.length) return undefined;
    records.push({
      type: message.readUInt16BE(fixed),
      class: message.readUInt16BE(fixed + 2),
      timeToLive: message.readUInt32BE(fixed + 4),
      timeToLiveOffset: fixed + 4,
      end: offset,
    });
  }
  return records;
};

const soaType = 6;

/**
 * For how many seconds a record holds; the SOA record of an answer without others says by its last number for how long
 * there is nothing. RFC 2308 section 5.
 */
export const lifeOf = (message: Buffer, { type, timeToLive, end }: RecordPosition): number =>
  type === soaType && message.readUInt16BE(6) === 0 ? Math.min(timeToLive, message.readUInt32BE(end - 4)) : timeToLive;

export const isOpt = (record: { readonly type: number }): boolean => record.type === optType;

/** Bytes that the asker takes in one datagram: 512, or what its EDNS record says. RFC 6891. */
export const datagramLimit = (query: Buffer, question: DnsQuestion): number => {
  const opt = readRecords(query, question)?.find(isOpt);
  return opt === undefined ? 512 : Math.min(4096, Math.max(512, opt.class));
};

/** Whether the asker wants DNSSEC's records (the DO bit); part of what a cached answer depends on. */
export const wantsSignatures = (query: Buffer, question: DnsQuestion): boolean =>
  ((readRecords(query, question)?.find(isOpt)?.timeToLive ?? 0) & 0x8000) !== 0;

/** Whether the asker sent an EDNS record, and so gets one back. RFC 6891 section 6.1.1. */
export const wantsExtensions = (query: Buffer, question: DnsQuestion): boolean =>
  readRecords(query, question)?.some(isOpt) === true;

/** A query of our own for a canonical name. */
export const buildQuery = (name: string, type: number): Buffer => {
  const parts: Buffer[] = [Buffer.from([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])];
  for (const label of name.split(".").filter((each) => each !== "")) {
    const bytes = label.replace(/\\([0-7]{3})/g, (_all, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    parts.push(Buffer.from([bytes.length]), Buffer.from(bytes, "latin1"));
  }
  parts.push(Buffer.from([0, type >> 8, type & 0xff, 0, 1]));
  return Buffer.concat(parts);
};

/** An answer without records: header and question of the query, with a response code. */
export const emptyAnswer = (query: Buffer, question: DnsQuestion, code: number, authoritative = false): Buffer => {
  const answer = Buffer.from(query.subarray(0, question.end));
  answer.writeUInt16BE(0x8080 | (authoritative ? 0x0400 : 0) | (question.flags & 0x0110) | code, 2);
  answer.fill(0, 6, headerLength);
  return answer;
};

/** The answer cut to its question, with the bit that tells the asker to come again over TCP. */
export const truncatedAnswer = (answer: Buffer, question: DnsQuestion): Buffer => {
  const cut = Buffer.from(answer.subarray(0, question.end));
  cut.writeUInt16BE(answer.readUInt16BE(2) | 0x0200, 2);
  cut.fill(0, 6, headerLength);
  return cut;
};

export const isTruncated = (message: Buffer): boolean => (message.readUInt16BE(2) & 0x0200) !== 0;
export const isResponse = (message: Buffer): boolean => (message.readUInt16BE(2) & 0x8000) !== 0;
export const responseCodeOf = (message: Buffer): number => message.readUInt16BE(2) & 0x000f;
