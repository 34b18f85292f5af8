import type { AuditRecord, AuditRecordRead, AuditRecords } from "../state/append/audit-records.ts";
import { unchain } from "./audit-chain.ts";
import type { CloudTrailEvent } from "./cloudtrail-event.ts";

export interface AuditedEvent {
  readonly sequence: number;
  /** The event as JSON text, as it was written. */
  readonly text: string;
  readonly event: CloudTrailEvent;
}

export interface AuditPage {
  readonly events: readonly AuditedEvent[];
  /** Where the next page begins; undefined behind the last. */
  readonly before: number | undefined;
}

/** The calls that were recorded, newest first, by time, request id or what else `read` names. */
export const readAuditTrail = async (records: AuditRecords, read: AuditRecordRead): Promise<AuditPage> => {
  const found = await records.read(read);
  const last = found.length === read.limit ? found.at(-1) : undefined;
  return { events: found.map(auditedEvent), before: last?.sequence };
};

/** The calls recorded behind a sequence number, oldest first. */
export const followAuditTrail = async (
  records: AuditRecords,
  after: number,
  limit: number,
): Promise<readonly AuditedEvent[]> => (await records.readForward({ after, limit })).map(auditedEvent);

const auditedEvent = ({ sequence, body }: AuditRecord): AuditedEvent => {
  const { text } = unchain(body);
  const event: CloudTrailEvent = JSON.parse(text);
  return { sequence, text, event };
};
