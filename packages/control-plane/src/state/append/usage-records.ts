/**
 * The contract of the table of usage records, of which the bill is made: one for each task that ever began to pull
 * an image, kept when the task itself is forgotten. Times are milliseconds since the Unix epoch.
 */
export interface UsageRecord {
  /** The task's id: a task has one record, however often it is written. */
  readonly id: string;
  readonly accountId: string;
  /** When its image pull began. */
  readonly startedAt: number;
  /** Undefined while it runs. */
  readonly endedAt: number | undefined;
  /** Nothing more will be known of it: what is written later changes nothing. */
  readonly isFinal: boolean;
  /** The whole record as JSON. */
  readonly body: string;
}

export interface UsageRecordRead {
  readonly accountId: string;
  /** Only tasks that ended at this time or later, or still run. */
  readonly endedFrom?: number;
  /** Only tasks that started before this time. */
  readonly startedBefore?: number;
  /** Only records behind this one: the last of the page before. */
  readonly after?: Pick<UsageRecord, "startedAt" | "id">;
  readonly limit: number;
}

export interface UsageRecords {
  /** Writes a record or writes it anew, unless what is stored is final. Durable when it resolves. */
  put(record: UsageRecord): Promise<void>;
  get(id: string): Promise<UsageRecord | undefined>;
  /** In the order of their starts, then of their ids. */
  read(read: UsageRecordRead): Promise<readonly UsageRecord[]>;
}
