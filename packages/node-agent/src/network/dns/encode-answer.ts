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

const bareName = (name: string): string =>
  name
    .replace(/(?<=.)\.$/, "")
    .replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** A zone's record as it goes into a message; undefined for what is no value of its type. */
export const answerOf = ({ name, type, timeToLive, value }: AnswerRecord): Answer | undefined => {
  const parsed = parseRecordData(type, value);
  return parsed === undefined || "problem" in parsed
    ? undefined
    : { ...parsed, name: bareName(name), ttl: timeToLive, class: "IN" };
};

/** Bytes of one datagram that the resolver says it takes itself. */
const ownLimit = 1232;

/** The whole message: header and question as they were asked, with an EDNS record where the asker sent one. */
export const encodeAnswer = (query: Buffer, question: DnsQuestion, resolved: ResolvedAnswer): Buffer => {
  const code = resolved.exists ? responseCode.noError : responseCode.nameError;
  const encoded = Buffer.from(
    encode({
      type: "response",
      id: question.id,
      flags: 0x0080 | (resolved.authoritative ? 0x0400 : 0) | (question.flags & 0x0110) | code,
      // Written over below: names are repeated as they were spelled, types as they were asked for.
      questions: [],
      answers: [...resolved.answers],
      authorities: [...resolved.authorities],
      additionals: wantsExtensions(query, question)
        ? [
            {
              type: "OPT",
              name: ".",
              udpPayloadSize: ownLimit,
              extendedRcode: 0,
              ednsVersion: 0,
              flags: 0,
              flag_do: false,
              options: [],
            },
          ]
        : [],
    }),
  );
  const message = Buffer.concat([encoded.subarray(0, 12), query.subarray(12, question.end), encoded.subarray(12)]);
  message.writeUInt16BE(1, 4);
  return message;
};
