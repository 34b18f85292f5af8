import type { DnsQuestion } from "./dns-message.ts";

/** Flags of a query that its answer repeats: recursion desired, checking disabled. */
const repeatedFlags = 0x0110;

/** The question and all behind it, which says what extensions the asker knows; names count without regard to case. */
const keyOf = (query: Buffer, { end }: DnsQuestion): string =>
  query.toString("latin1", 12, end - 4).toLowerCase() + query.toString("latin1", end - 4);

/**
 * Messages that are the answer as long as nothing changes, to be sent with another id, flags and spelling of the name.
 * They hold times to live of our own zones, which do not count down.
 */
export class AnswerCache {
  readonly #limit: number;
  readonly #answers = new Map<string, Buffer>();
  #version = "";

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  /** `version` is another text where what was kept may be wrong. */
  get(query: Buffer, question: DnsQuestion, version: string): Buffer | undefined {
    if (version !== this.#version) {
      this.#answers.clear();
      this.#version = version;
      return undefined;
    }
    const kept = this.#answers.get(keyOf(query, question));
    if (kept === undefined) return undefined;
    const answer = Buffer.allocUnsafe(kept.length);
    kept.copy(answer);
    query.copy(answer, 0, 0, 2);
    answer.writeUInt16BE((kept.readUInt16BE(2) & ~repeatedFlags) | (question.flags & repeatedFlags), 2);
    query.copy(answer, 12, 12, question.end);
    return answer;
  }

  put(query: Buffer, question: DnsQuestion, answer: Buffer): void {
    if (this.#answers.size >= this.#limit) this.#answers.clear();
    this.#answers.set(keyOf(query, question), answer);
  }
}
