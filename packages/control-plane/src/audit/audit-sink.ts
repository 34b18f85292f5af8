import { type Logger, messageOf } from "@fleetless/kernel";
import type { AuditSink, CallRecord } from "../gateway/ports.ts";
import type { AuditRecordInput, AuditRecords } from "../state/append/audit-records.ts";
import { chain, headOf } from "./audit-chain.ts";
import { cloudTrailEvent } from "./cloudtrail-event.ts";

export interface AuditSinkOptions {
  readonly records: AuditRecords;
  readonly logger: Logger;
  /** Of the chain of digests. */
  readonly chainKey: Buffer;
  /** Records are written so long after the first of a batch at the latest, in milliseconds. */
  readonly flushMilliseconds?: number;
  /** At most so many records wait; where the store takes none, the oldest are given up. */
  readonly capacity?: number;
  /** Records older than this are removed, in days; 90 as in CloudTrail's event history. */
  readonly retentionDays?: number;
}

/** A full batch is written at once. */
const batchSize = 256;
const retryMilliseconds = 1_000;
/** Each batch makes room for at least as many as it brings. */
const removedPerBatch = 512;
const dayMilliseconds = 86_400_000;

export interface ClosableAuditSink extends AuditSink {
  /** Resolves when all that was recorded so far is durable, or when the store has refused a batch. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Writes a record in CloudTrail's shape for every call, in batches, behind the call's back. */
export const createAuditSink = (options: AuditSinkOptions): ClosableAuditSink => new BatchingAuditSink(options);

class BatchingAuditSink implements ClosableAuditSink {
  readonly #options: AuditSinkOptions;
  readonly #capacity: number;
  #waiting: AuditRecordInput[] = [];
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #givenUp = 0;
  #lastFailed = false;

  constructor(options: AuditSinkOptions) {
    this.#options = options;
    this.#capacity = options.capacity ?? 8_192;
  }

  record(call: CallRecord): void {
    const event = cloudTrailEvent(call);
    if (this.#waiting.length >= this.#capacity) {
      this.#waiting.shift();
      this.#givenUp += 1;
    }
    this.#waiting.push({
      eventId: call.eventId,
      requestId: call.requestId,
      at: call.at,
      eventSource: event.eventSource,
      eventName: call.operation,
      accessKeyId: call.accessKeyId,
      readOnly: call.readOnly,
      body: JSON.stringify(event),
    });
    if (this.#waiting.length >= batchSize) this.#begin();
    else this.#timer ??= setTimeout(() => this.#begin(), this.#options.flushMilliseconds ?? 200);
  }

  async flush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#writing !== undefined) {
      this.#begin();
      await this.#writing;
      if (this.#lastFailed) return;
    }
  }

  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.#timer);
  }

  #begin(): void {
    if (this.#writing !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#lastFailed || this.#waiting.length < batchSize) {
        if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#begin(), retryMilliseconds);
      } else {
        this.#begin();
      }
    });
  }

  async #write(): Promise<void> {
    const batch = this.#waiting.splice(0, batchSize);
    try {
      const { records, chainKey, retentionDays = 90 } = this.#options;
      const newest = batch.at(-1)?.at ?? 0;
      const texts = batch.map(({ body }) => body);
      await Promise.all([
        // Another server of the same store may have written since.
        records.append((newestBody) => {
          const bodies = chain(chainKey, headOf(newestBody), texts);
          return batch.map((record, index) => ({ ...record, body: bodies[index] ?? record.body }));
        }),
        records.deleteOlderThan(newest - retentionDays * dayMilliseconds, removedPerBatch),
      ]);
      this.#lastFailed = false;
      this.#tellGivenUp();
    } catch (thrown) {
      this.#lastFailed = true;
      const room = Math.max(0, this.#capacity - this.#waiting.length);
      this.#givenUp += Math.max(0, batch.length - room);
      this.#waiting.unshift(...batch.slice(batch.length - Math.min(room, batch.length)));
      this.#options.logger.error(
        { error: messageOf(thrown), waiting: this.#waiting.length },
        "audit records not written",
      );
    }
  }

  #tellGivenUp(): void {
    if (this.#givenUp === 0) return;
    this.#options.logger.error({ count: this.#givenUp }, "audit records were lost while the store took none");
    this.#givenUp = 0;
  }
}
