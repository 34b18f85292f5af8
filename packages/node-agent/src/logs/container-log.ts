import { type Clock, type Logger, messageOf } from "@fleetless/kernel";
import type { AwslogsOptions } from "./awslogs-options.ts";
import { type Batch, batchesOf } from "./batches.ts";
import { type CutEvent, cutEvents, maximumEventBytes } from "./cut-events.ts";
import { deliver, type LogSession } from "./delivery.ts";
import type { DeliveryState, DeliveryStates } from "./delivery-state.ts";
import { OutputFile } from "./output-file.ts";
import { pause, WakeUp } from "./wake-up.ts";

export interface ContainerLogParts {
  readonly session: LogSession;
  readonly states: DeliveryStates;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Bytes that may wait for delivery, whatever the log's mode: a flood must not fill the disk. Default 1 GiB. */
  readonly maximumBacklogBytes?: number;
}

const defaultBacklogBytes = 1024 ** 3;

/** Between looks at a file whose changes are told, in case one is not. */
const watchedPollMilliseconds = 1_000;
/** Between looks where changes are not told, or where quiet itself counts. */
const pollMilliseconds = 250;
/** Between looks for a file that the shim has not made yet. */
const absentMilliseconds = 50;
/** Lines that are written together travel together. */
const lingerMilliseconds = 25;
/** An event of many lines is complete when nothing was added to it for so long. */
const multilineQuietMilliseconds = 1_000;
/** What a shim still writes after its container's exit was told. */
const settleMilliseconds = 50;
/** How long a call that is under way may hold up the closing; it is repeated at the next start. */
const closingGraceMilliseconds = 2_000;
const readAtOnce = 1_048_576;

/** Follows one container's output and delivers it, from where the state says. */
export class ContainerLog {
  readonly #parts: ContainerLogParts;
  readonly #options: AwslogsOptions;
  readonly #file: OutputFile;
  readonly #wakeUp: WakeUp;
  readonly #stop = new AbortController();
  #state: DeliveryState;
  /** Where `#buffer` begins in the file: everything before it is delivered. */
  #position: number;
  #buffer: Buffer = Buffer.alloc(0);
  #examined = 0;
  #final = false;
  #lastTimestamp = 0;
  #droppedBytes = 0;
  #running: Promise<void> | undefined;

  constructor(parts: ContainerLogParts, options: AwslogsOptions, state: DeliveryState) {
    this.#parts = parts;
    this.#options = options;
    this.#state = state;
    this.#position = state.offset;
    this.#wakeUp = new WakeUp(parts.clock);
    this.#file = new OutputFile(state.outputPath, parts.logger, () => this.#wakeUp.signal());
  }

  /** Bytes that were given up because the buffer of a non-blocking log was full. */
  get droppedBytes(): number {
    return this.#droppedBytes;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Nothing is written any more: delivers what is left, for at most `milliseconds`. True where all was delivered. */
  async finish(milliseconds: number): Promise<boolean> {
    this.#final = true;
    this.#wakeUp.signal();
    const timeout = new AbortController();
    const running = (this.#running ?? Promise.resolve()).then(() => "finished" as const);
    const late = pause(this.#parts.clock, milliseconds, timeout.signal).then(() => "late" as const);
    const outcome = await Promise.race([running, late]);
    timeout.abort();
    await this.stop();
    return outcome === "finished";
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error("The log router is closing."));
    const enough = new AbortController();
    await Promise.race([this.#running, pause(this.#parts.clock, closingGraceMilliseconds, enough.signal)]);
    enough.abort();
  }

  async #run(): Promise<void> {
    for (let failures = 1; !this.#stop.signal.aborted; failures++) {
      try {
        await this.#follow();
        break;
      } catch (thrown) {
        const { workloadId, containerName } = this.#state;
        this.#parts.logger.warn({ workloadId, containerName, error: messageOf(thrown) }, "following a log failed");
        this.#forgetBuffer(this.#position);
        await pause(this.#parts.clock, Math.min(5_000, 100 * 2 ** Math.min(failures, 10)), this.#stop.signal);
      }
    }
    await this.#file.close();
  }

  async #follow(): Promise<void> {
    while (!(await this.#file.open())) {
      if (this.#final || this.#stop.signal.aborted) return;
      await this.#wakeUp.wait(absentMilliseconds, this.#stop.signal);
    }
    await this.#resumeBatch();
    let quietSince = this.#parts.clock.now();
    while (!this.#stop.signal.aborted) {
      const { size, writtenAt } = await this.#file.stat();
      await this.#boundBacklog(size);
      const from = this.#position + this.#buffer.length;
      const more = await this.#file.read(from, Math.min(size, from + readAtOnce));
      if (more.length > 0) {
        this.#buffer = this.#buffer.length === 0 ? more : Buffer.concat([this.#buffer, more]);
        quietSince = this.#parts.clock.now();
        if (!(await this.#deliverBuffer(false, writtenAt))) continue;
        if (from + more.length < size) continue;
      } else if (this.#final) {
        if (await this.#deliverRest()) return;
        continue;
      } else if (this.#isQuiet(quietSince)) {
        await this.#deliverBuffer(true, writtenAt);
      }
      await this.#wakeUp.wait(this.#final ? settleMilliseconds : this.#pollMilliseconds(), this.#stop.signal);
      if (!this.#final) await pause(this.#parts.clock, lingerMilliseconds, this.#stop.signal);
    }
  }

  #pollMilliseconds(): number {
    const waitsForQuiet = this.#options.startsEvent !== undefined && this.#buffer.length > 0;
    return this.#file.isWatched && !waitsForQuiet ? watchedPollMilliseconds : pollMilliseconds;
  }

  #isQuiet(since: number): boolean {
    if (this.#options.startsEvent === undefined || this.#buffer.length === 0) return false;
    return this.#buffer.at(-1) === 10 && this.#parts.clock.now() - since >= multilineQuietMilliseconds;
  }

  /** Looks once more after a moment, since a shim's last words may come after the news of the exit. */
  async #deliverRest(): Promise<boolean> {
    await pause(this.#parts.clock, settleMilliseconds, this.#stop.signal);
    const { size, writtenAt } = await this.#file.stat();
    if (size > this.#position + this.#buffer.length) return false;
    return this.#deliverBuffer(true, writtenAt);
  }

  /** A batch that was under way when the agent died is sent again: the same bytes under the same number. */
  async #resumeBatch(): Promise<void> {
    const { offset, end } = this.#state;
    if (end <= offset || this.#position !== offset) return;
    const bytes = await this.#file.read(offset, end);
    const { events } = this.#cut(bytes, true, 0);
    const { writtenAt } = await this.#file.stat();
    const message = {
      events: events.map((event) => ({ timestamp: this.#timestamp(writtenAt), message: event.message })),
    };
    const outcome = await this.#send({ ...message, end: end - offset });
    if (outcome === "delivered" || outcome === "given-up") this.#forgetBuffer(Math.max(this.#position, end));
  }

  #cut(bytes: Buffer, final: boolean, examined: number) {
    const { startsEvent } = this.#options;
    return cutEvents(bytes, { final, examined, ...(startsEvent === undefined ? {} : { startsEvent }) });
  }

  /** False where part of the output was given up and reading begins anew behind it. */
  async #deliverBuffer(final: boolean, writtenAt: number): Promise<boolean> {
    const start = this.#position;
    const cut = this.#cut(this.#buffer, final, this.#examined);
    if (!(await this.#deliverEvents(cut.events, start, writtenAt))) return false;
    this.#buffer = this.#keep(this.#buffer.subarray(cut.consumed));
    this.#position = start + cut.consumed;
    this.#examined = cut.examined;
    return true;
  }

  /** A small rest must not hold a megabyte of what was read before it. */
  #keep(rest: Buffer): Buffer {
    return rest.length < maximumEventBytes ? Buffer.from(rest) : rest;
  }

  async #deliverEvents(events: readonly CutEvent[], start: number, writtenAt: number): Promise<boolean> {
    // A batch that is given up must leave the newer half of a non-blocking log's buffer.
    const maximumBytes = (this.#options.maximumBufferBytes ?? Number.POSITIVE_INFINITY) / 2;
    for (const batch of batchesOf(events, this.#timestamp(writtenAt), maximumBytes)) {
      const state = { ...this.#state, offset: this.#position, batch: this.#state.batch + 1, end: start + batch.end };
      await this.#parts.states.write(state);
      this.#state = state;
      this.#file.release(this.#position);
      const outcome = await this.#send(batch);
      if (outcome === "stopped") return false;
      if (this.#position !== this.#state.offset) return false;
      this.#position = start + batch.end;
    }
    return true;
  }

  #send(batch: Batch): Promise<"delivered" | "given-up" | "stopped"> {
    const parts = { ...this.#parts, stop: this.#stop.signal };
    return deliver(parts, this.#state, batch, () => this.#afterFailure());
  }

  /** Events keep the order in which they were written, and the time at which they were, as far as it is known. */
  #timestamp(writtenAt: number): number {
    const now = this.#parts.clock.now();
    const written = writtenAt > 0 ? Math.min(now, writtenAt) : now;
    this.#lastTimestamp = Math.max(this.#lastTimestamp, written);
    return this.#lastTimestamp;
  }

  /** Above the size of a non-blocking log's buffer the oldest lines are given up, the batch under way among them. */
  async #afterFailure(): Promise<"again" | "give-up"> {
    const { maximumBufferBytes } = this.#options;
    if (maximumBufferBytes === undefined) return "again";
    const { size } = await this.#file.stat();
    if (size - this.#state.offset <= maximumBufferBytes) return "again";
    await this.#giveUpOldest(size, maximumBufferBytes, this.#state.offset);
    return "give-up";
  }

  /** Written faster than it can be delivered for so long that the disk is at stake: only the newer half is kept. */
  async #boundBacklog(size: number): Promise<void> {
    const { maximumBacklogBytes = defaultBacklogBytes } = this.#parts;
    if (size - this.#position <= maximumBacklogBytes) return;
    await this.#giveUpOldest(size, maximumBacklogBytes / 2, this.#position);
    this.#file.release(this.#position);
  }

  /** Goes on at the first line of the last `keptBytes`. */
  async #giveUpOldest(size: number, keptBytes: number, offset: number): Promise<void> {
    const oldest = Math.max(Math.ceil(size - keptBytes), this.#state.end);
    const line = (await this.#file.read(oldest - 1, Math.min(size, oldest + maximumEventBytes))).indexOf(10);
    const keptFrom = line < 0 ? oldest : oldest + line;
    this.#droppedBytes += keptFrom - offset;
    const { workloadId, containerName } = this.#state;
    this.#parts.logger.warn(
      { workloadId, containerName, droppedBytes: this.#droppedBytes, keptBytes },
      "output comes faster than it can be delivered, the oldest lines are dropped",
    );
    this.#forgetBuffer(keptFrom);
  }

  #forgetBuffer(position: number): void {
    this.#position = position;
    this.#buffer = Buffer.alloc(0);
    this.#examined = 0;
  }
}
