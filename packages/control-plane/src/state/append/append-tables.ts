import type { Store } from "../store.ts";
import type { AuditRecords } from "./audit-records.ts";
import type { LogEvents } from "./log-events.ts";
import type { UsageRecords } from "./usage-records.ts";

/** What a driver opens: the document store and, beside it, the append-only tables. */
export interface OpenedStore extends Store {
  readonly logEvents: LogEvents;
  readonly auditRecords: AuditRecords;
  readonly usageRecords: UsageRecords;
  /**
   * Calls `begin` once no other process that has the store open leads the shard, and `lost`, for good, where another
   * has taken it over while this one's connection was away. Answers how to leave.
   */
  lead(shard: string, lead: { readonly begin: () => void; readonly lost: () => void }): () => Promise<void>;
}
