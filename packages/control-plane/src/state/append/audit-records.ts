/** The contract of the audit trail's table: append-only, read newest first, with retention. */
export interface AuditRecordInput {
  readonly eventId: string;
  readonly requestId: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Such as `ecs.amazonaws.com`. */
  readonly eventSource: string;
  readonly eventName: string;
  readonly accessKeyId: string | undefined;
  readonly readOnly: boolean;
  /** The whole record as JSON. */
  readonly body: string;
}

export interface AuditRecord {
  /** Unique in the store, rising, never used again. */
  readonly sequence: number;
  readonly body: string;
}

export interface AuditRecordRead {
  /** Inclusive. */
  readonly startTime?: number;
  /** Exclusive. */
  readonly endTime?: number;
  readonly requestId?: string;
  readonly eventId?: string;
  readonly eventName?: string;
  readonly eventSource?: string;
  readonly accessKeyId?: string;
  readonly readOnly?: boolean;
  /** Only records before this one: the last of the page before. */
  readonly before?: number;
  readonly limit: number;
}

export interface AuditRecords {
  /**
   * All or none, durable when it resolves. `following` makes the records from the body of the newest one that is stored,
   * behind which they come: no other writer comes in between. It may be called again.
   */
  append(following: (newest: string | undefined) => readonly AuditRecordInput[]): Promise<void>;
  /** In the reverse order of appending. */
  read(read: AuditRecordRead): Promise<readonly AuditRecord[]>;
  /** The records behind `sequence`, in the order of appending. */
  readForward(read: { readonly after: number; readonly limit: number }): Promise<readonly AuditRecord[]>;
  /** Retention: removes at most `limit` records older than `before`, and says how many. */
  deleteOlderThan(before: number, limit: number): Promise<number>;
}
