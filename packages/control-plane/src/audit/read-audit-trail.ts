import type { AuditRecordRead, AuditRecords } from "../state/append/audit-records.ts";
import type { CloudTrailEvent } from "./cloudtrail-event.ts";

export interface AuditPage {
  readonly events: readonly CloudTrailEvent[];
  /** Where the next page begins; undefined behind the last. */
  readonly before: number | undefined;
}

/** The calls that were recorded, newest first, by time, request id or what else `read` names. */
export const readAuditTrail = async (records: AuditRecords, read: AuditRecordRead): Promise<AuditPage> => {
  const found = await records.read(read);
  const last = found.length === read.limit ? found.at(-1) : undefined;
  return { events: found.map(({ body }): CloudTrailEvent => JSON.parse(body)), before: last?.sequence };
};
