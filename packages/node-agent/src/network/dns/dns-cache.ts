import type { Clock } from "@fleetless/kernel";
import {
  type DnsQuestion,
  isOpt,
  isTruncated,
  lifeOf,
  readQuestion,
  readRecords,
  responseCode,
  responseCodeOf,
  wantsSignatures,
} from "./dns-message.ts";

interface Entry {
  readonly answer: Buffer;
  readonly storedAt: number;
  readonly expiresAt: number;
}

const keyOf = (query: Buffer, question: DnsQuestion): string =>
  [
    question.name.toLowerCase(),
    question.type,
    question.class,
    question.flags & 0x0130,
    wantsSignatures(query, question),
  ].join(" ");

/** Answers of other resolvers, kept no longer than their shortest time to live, which counts down meanwhile. */
export class DnsCache {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock, limit = 2_000) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** The answer in the asker's own words: its id and its spelling of the name. */
  get(query: Buffer, question: DnsQuestion): Buffer | undefined {
    const key = keyOf(query, question);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const now = this.#clock.now();
    if (now >= entry.expiresAt) {
      this.#entries.delete(key);
      return undefined;
    }
    const answer = Buffer.from(entry.answer);
    answer.writeUInt16BE(question.id, 0);
    query.copy(answer, 12, 12, question.end);
    const elapsed = Math.floor((now - entry.storedAt) / 1000);
    for (const record of readRecords(answer, question) ?? []) {
      if (!isOpt(record)) answer.writeUInt32BE(Math.max(0, record.timeToLive - elapsed), record.timeToLiveOffset);
    }
    return answer;
  }

  put(query: Buffer, question: DnsQuestion, answer: Buffer): void {
    const code = responseCodeOf(answer);
    if (isTruncated(answer) || (code !== responseCode.noError && code !== responseCode.nameError)) return;
    const answered = readQuestion(answer);
    if (answered === undefined || answered.end !== question.end) return;
    const lives = (readRecords(answer, answered) ?? []).filter((record) => !isOpt(record));
    if (lives.length === 0) return;
    const seconds = Math.min(...lives.map((record) => lifeOf(answer, record)));
    if (seconds <= 0 || seconds > 0x7fffffff) return;
    const oldest = this.#entries.keys().next().value;
    if (this.#entries.size >= this.#limit && oldest !== undefined) this.#entries.delete(oldest);
    const now = this.#clock.now();
    this.#entries.set(keyOf(query, question), {
      answer: Buffer.from(answer),
      storedAt: now,
      expiresAt: now + seconds * 1000,
    });
  }
}
