import type { Store } from "../store.ts";
import type { AuditRecords } from "./audit-records.ts";
import type { LogEvents } from "./log-events.ts";

/** What a driver opens: the document store and, beside it, the append-only tables. */
export interface OpenedStore extends Store {
  readonly logEvents: LogEvents;
  readonly auditRecords: AuditRecords;
}
