import type { Logger } from "@fleetless/kernel";
import { BackgroundSweep } from "../append/background-sweep.ts";
import type {
  LogAppend,
  LogEventRecord,
  LogEvents,
  LogGroupRead,
  LogStreamRead,
  LogStreamStatistics,
  LogStreamsByTimeRead,
} from "../append/log-events.ts";
import { Listeners } from "../listeners.ts";
import type { AppendCommit } from "./append-commit.ts";
import { integerOf, textOf, withoutNul } from "./connection.ts";
import {
  readGroupEvents,
  readIngested,
  readStreamEvents,
  readStreamsByTime,
  statisticsOf,
  streamsOf,
} from "./log-event-reads.ts";
import { appendEvents, detachGroup, detachStream, sweepDetached } from "./log-event-writes.ts";
import type { WakeUps } from "./notifications.ts";
import type { Readers } from "./readers.ts";

const eventsPerSweep = 5_000;

export class PostgresLogEvents implements LogEvents {
  readonly #readers: Readers;
  readonly #commits: AppendCommit;
  readonly #wakeUps: WakeUps;
  readonly #listeners: Listeners<[group: string]>;
  readonly #sweep: BackgroundSweep;

  constructor(readers: Readers, commits: AppendCommit, wakeUps: WakeUps, logger: Logger) {
    this.#readers = readers;
    this.#commits = commits;
    this.#wakeUps = wakeUps;
    this.#listeners = new Listeners(logger, "the log events");
    this.#sweep = new BackgroundSweep(logger, () =>
      this.#commits.submit((connection) => sweepDetached(connection, eventsPerSweep)),
    );
  }

  async append(append: LogAppend): Promise<boolean> {
    const stored = await this.#commits.submit((connection) => appendEvents(connection, append, this.#wakeUps));
    if (stored && append.events.length > 0) this.wakeListeners(append.group);
    return stored;
  }

  readStream(read: LogStreamRead): Promise<readonly LogEventRecord[]> {
    return this.#readers.once((reader) => readStreamEvents(reader, read));
  }

  readGroup(read: LogGroupRead): Promise<readonly LogEventRecord[]> {
    return this.#readers.once((reader) => readGroupEvents(reader, read));
  }

  ingestedAfter(read: {
    readonly group: string;
    readonly streams?: readonly string[];
    readonly sequence: number;
    readonly limit: number;
  }): Promise<readonly LogEventRecord[]> {
    return this.#readers.once((reader) => readIngested(reader, read));
  }

  latestSequence(): Promise<number> {
    return this.#readers.once(async (reader) => {
      const [row] = await reader.query("SELECT sequence FROM heads WHERE name = 'log_events'");
      return integerOf(row ?? {}, "sequence");
    });
  }

  statistics(group: string, streams?: readonly string[]): Promise<ReadonlyMap<string, LogStreamStatistics>> {
    return this.#readers.once(async (reader) => {
      const rows = await streamsOf(reader, group, streams);
      return new Map(rows.map((row) => [textOf(row, "name"), statisticsOf(row)]));
    });
  }

  streamsByTime(read: LogStreamsByTimeRead): Promise<readonly LogStreamStatistics[]> {
    return this.#readers.once((reader) => readStreamsByTime(reader, read));
  }

  deleteOlderThan(group: string, before: number, limit: number): Promise<number> {
    return this.#commits.submit((connection) =>
      connection.change(
        `DELETE FROM log_events WHERE sequence IN (
           SELECT sequence FROM log_events
           WHERE group_id = (SELECT id FROM log_groups WHERE name = $1) AND timestamp < $2 ORDER BY timestamp LIMIT $3)`,
        withoutNul(group),
        before,
        limit,
      ),
    );
  }

  async deleteStream(group: string, stream: string): Promise<void> {
    await this.#commits.submit((connection) => detachStream(connection, group, stream));
    this.sweep();
  }

  async deleteGroup(group: string): Promise<void> {
    await this.#commits.submit((connection) => detachGroup(connection, group));
    this.sweep();
  }

  onAppend(listener: (group: string) => void): () => void {
    return this.#listeners.add(listener);
  }

  wakeListeners(group: string): void {
    this.#listeners.wake(group);
  }

  /** For when notifications may have been missed. */
  async wakeForEveryGroup(): Promise<void> {
    if (this.#listeners.isEmpty) return;
    const rows = await this.#readers.once((reader) => reader.query("SELECT name FROM log_groups"));
    for (const row of rows) this.wakeListeners(textOf(row, "name"));
  }

  /** Gives back the space of deleted streams in the background. */
  sweep(): void {
    this.#sweep.start();
  }

  async close(): Promise<void> {
    await this.#sweep.close();
    await this.#commits.close();
  }
}
