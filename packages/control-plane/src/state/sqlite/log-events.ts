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
import { integerOf, textOf } from "./connection.ts";
import type { GroupCommit } from "./group-commit.ts";
import {
  eventColumns,
  eventOf,
  findGroup,
  readGroupEvents,
  readStreamEvents,
  readStreamsByTime,
  statisticsOf,
  streamsOf,
} from "./log-event-reads.ts";
import { appendEvents, detachGroup, detachStream, sweepDetached } from "./log-event-writes.ts";
import type { Readers } from "./readers.ts";

const eventsPerSweep = 5_000;

export class SqliteLogEvents implements LogEvents {
  readonly #readers: Readers;
  readonly #commits: GroupCommit;
  readonly #listeners: Listeners<[group: string]>;
  readonly #sweep: BackgroundSweep;

  constructor(readers: Readers, commits: GroupCommit, logger: Logger) {
    this.#readers = readers;
    this.#commits = commits;
    this.#listeners = new Listeners(logger, "the log events");
    this.#sweep = new BackgroundSweep(logger, () =>
      this.#commits.submit((connection) => sweepDetached(connection, eventsPerSweep)),
    );
  }

  async append(append: LogAppend): Promise<boolean> {
    const stored = await this.#commits.submit((writer) => appendEvents(writer, append));
    if (stored && append.events.length > 0) this.#listeners.wake(append.group);
    return stored;
  }

  async readStream(read: LogStreamRead): Promise<readonly LogEventRecord[]> {
    return this.#readers.once((reader) => readStreamEvents(reader, read));
  }

  async readGroup(read: LogGroupRead): Promise<readonly LogEventRecord[]> {
    return this.#readers.once((reader) => readGroupEvents(reader, read));
  }

  async ingestedAfter(read: {
    readonly group: string;
    readonly streams?: readonly string[];
    readonly sequence: number;
    readonly limit: number;
  }): Promise<readonly LogEventRecord[]> {
    return this.#readers.once((reader) => {
      const group = findGroup(reader, read.group);
      if (group === undefined) return [];
      const { streams } = read;
      const chosen = streams === undefined ? "" : "AND stream.name IN (SELECT value FROM json_each(?))";
      const rows = reader.all(
        `SELECT ${eventColumns} FROM log_events AS event INDEXED BY log_events_by_ingestion
         CROSS JOIN log_streams AS stream ON stream.id = event.stream_id
         WHERE event.group_id = ? AND event.sequence > ? ${chosen} ORDER BY event.sequence LIMIT ?`,
        group,
        read.sequence,
        ...(streams === undefined ? [] : [JSON.stringify(streams)]),
        read.limit,
      );
      return rows.map(eventOf);
    });
  }

  async latestSequence(): Promise<number> {
    return this.#readers.once((reader) => {
      // What SQLite has given out, so that the number stays when the newest events are deleted.
      const row = reader.get("SELECT seq FROM sqlite_sequence WHERE name = 'log_events'");
      return row === undefined ? 0 : integerOf(row, "seq");
    });
  }

  async statistics(group: string, streams?: readonly string[]): Promise<ReadonlyMap<string, LogStreamStatistics>> {
    return this.#readers.once((reader) => {
      const rows = streamsOf(reader, group, streams);
      return new Map(rows.map((row) => [textOf(row, "name"), statisticsOf(row)]));
    });
  }

  async streamsByTime(read: LogStreamsByTimeRead): Promise<readonly LogStreamStatistics[]> {
    return this.#readers.once((reader) => readStreamsByTime(reader, read));
  }

  deleteOlderThan(group: string, before: number, limit: number): Promise<number> {
    return this.#commits.submit((writer) => {
      const id = findGroup(writer, group);
      if (id === undefined) return 0;
      return writer.run(
        `DELETE FROM log_events WHERE sequence IN (
           SELECT sequence FROM log_events WHERE group_id = ? AND timestamp < ? ORDER BY timestamp LIMIT ?)`,
        id,
        before,
        limit,
      ).changes;
    });
  }

  async deleteStream(group: string, stream: string): Promise<void> {
    await this.#commits.submit((writer) => detachStream(writer, group, stream));
    this.sweep();
  }

  async deleteGroup(group: string): Promise<void> {
    await this.#commits.submit((writer) => detachGroup(writer, group));
    this.sweep();
  }

  onAppend(listener: (group: string) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Gives back the space of deleted streams in the background. */
  sweep(): void {
    this.#sweep.start();
  }

  async close(): Promise<void> {
    await this.#sweep.close();
  }
}
