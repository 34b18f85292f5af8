/**
 * The contract of the table of log events: append-only, with retention. Which groups and streams exist is
 * the logs service's business and stands in its documents; here a group or a stream begins with its first
 * event. `group` and `stream` are any strings that the caller makes unique (such as `<account>/<region>/<name>`).
 * Times are milliseconds since the Unix epoch.
 */
interface LogEventInput {
  readonly timestamp: number;
  readonly message: string;
}

export interface LogEventRecord {
  /** The number of its ingestion: unique in the store, rising, never used again. */
  readonly sequence: number;
  readonly stream: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/** A place between events in order of time; events of one timestamp stand in order of ingestion. */
export interface LogPosition {
  readonly timestamp: number;
  readonly sequence: number;
}

export interface LogAppend {
  readonly group: string;
  readonly stream: string;
  readonly ingestionTime: number;
  readonly events: readonly LogEventInput[];
  /** The sender's running number of this batch in the stream: one not above the last stored is not stored again. */
  readonly batch?: number;
}

interface LogRange {
  readonly group: string;
  /** Inclusive. */
  readonly startTime?: number;
  /** Exclusive. */
  readonly endTime?: number;
  readonly limit: number;
}

export interface LogStreamRead extends LogRange {
  readonly stream: string;
  /**
   * `forward`: the first events behind `from` (or of the range). `backward`: the last events before `from`
   * (or of the range). The answer is oldest first either way.
   */
  readonly direction: "forward" | "backward";
  /** Not itself part of the answer. */
  readonly from?: LogPosition;
}

export interface LogGroupRead extends LogRange {
  /** Only these streams; all of the group where left out. */
  readonly streams?: readonly string[];
  /** Only streams whose name begins with this. */
  readonly streamPrefix?: string;
  /** Events behind this place, which is not itself part of the answer. */
  readonly from?: LogPosition;
}

export interface LogStreamStatistics {
  readonly stream: string;
  readonly firstEventTimestamp: number;
  readonly lastEventTimestamp: number;
  readonly lastIngestionTime: number;
  /** Bytes of the messages that were stored, as UTF-8; 26 more for each event, as CloudWatch Logs counts. */
  readonly storedBytes: number;
}

/** A place between streams in order of their last events; streams of one last event stand in order of their names. */
export interface LogStreamPosition {
  readonly lastEventTimestamp: number;
  readonly stream: string;
}

export interface LogStreamsByTimeRead {
  readonly group: string;
  readonly descending: boolean;
  /** Not itself part of the answer. */
  readonly after?: LogStreamPosition | undefined;
  readonly limit: number;
}

export interface LogEvents {
  /** Durable when it resolves. Answers false where the batch had been stored already. */
  append(append: LogAppend): Promise<boolean>;
  /** One stream's events, oldest first. */
  readStream(read: LogStreamRead): Promise<readonly LogEventRecord[]>;
  /** Events of many streams of a group in order of time, oldest first. */
  readGroup(read: LogGroupRead): Promise<readonly LogEventRecord[]>;
  /** Events of a group in order of ingestion, behind a sequence number: what a live tail follows. */
  ingestedAfter(read: {
    readonly group: string;
    readonly streams?: readonly string[];
    readonly sequence: number;
    readonly limit: number;
  }): Promise<readonly LogEventRecord[]>;
  /** The number of the newest event of all groups; 0 before the first. */
  latestSequence(): Promise<number>;
  /** Of the streams of a group that ever had an event, by name; undefined `streams` means all. */
  statistics(group: string, streams?: readonly string[]): Promise<ReadonlyMap<string, LogStreamStatistics>>;
  /** The streams of a group that ever had an event, in order of their last events. */
  streamsByTime(read: LogStreamsByTimeRead): Promise<readonly LogStreamStatistics[]>;
  /** Retention: removes at most `limit` events older than `before`, and says how many; call again while it is `limit`. */
  deleteOlderThan(group: string, before: number, limit: number): Promise<number>;
  /** The events are out of sight when it resolves; their space is given back in the background. */
  deleteStream(group: string, stream: string): Promise<void>;
  deleteGroup(group: string): Promise<void>;
  /** Calls `listener` with the group's name after events were stored: a wake-up, not the truth. */
  onAppend(listener: (group: string) => void): () => void;
}
