import type { PermissionCheck } from "../gateway/ports.ts";
import type { AuditRecords } from "../state/append/audit-records.ts";
import type { CloudTrailEvent } from "./cloudtrail-event.ts";
import { readAuditTrail } from "./read-audit-trail.ts";

/** One call as the audit trail remembers it. */
interface PastCall {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Such as `ecs`. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly accessKeyId: string | undefined;
  /** The user's ARN, or for a session the ARN of the role or user that it is of. */
  readonly identityArn: string | undefined;
  readonly callerArn: string | undefined;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
  readonly checks: readonly PermissionCheck[];
}

/** What callers did, newest first, as far back as the trail goes. */
export interface CallHistory {
  lastOfKey(accessKeyId: string): Promise<PastCall | undefined>;
  /** By the id that every answer and error bears. */
  ofRequest(requestId: string): Promise<PastCall | undefined>;
  /** Calls since a time; it ends after a number of calls that no answer should wait longer for. */
  since(startTime: number): AsyncIterable<PastCall>;
}

const pageSize = 1_000;
const mostPages = 250;

export const createCallHistory = (records: AuditRecords): CallHistory => {
  const first = async (read: { readonly accessKeyId?: string; readonly requestId?: string }) => {
    const { events } = await readAuditTrail(records, { ...read, limit: 1 });
    const [event] = events;
    return event === undefined ? undefined : pastCall(event.event);
  };
  return {
    lastOfKey: (accessKeyId) => first({ accessKeyId }),
    ofRequest: (requestId) => first({ requestId }),
    since: async function* (startTime) {
      let before: number | undefined;
      for (let page = 0; page < mostPages; page += 1) {
        const read = { startTime, limit: pageSize, ...(before === undefined ? {} : { before }) };
        const found = await readAuditTrail(records, read);
        for (const event of found.events) yield pastCall(event.event);
        if (found.before === undefined) return;
        before = found.before;
      }
    },
  };
};

const pastCall = (event: CloudTrailEvent): PastCall => {
  const { userIdentity } = event;
  return {
    at: Date.parse(event.eventTime),
    service: event.eventSource.replace(/\.amazonaws\.com$/, ""),
    operation: event.eventName,
    region: event.awsRegion,
    accessKeyId: userIdentity.accessKeyId,
    identityArn: userIdentity.sessionContext?.sessionIssuer?.arn ?? userIdentity.arn,
    callerArn: userIdentity.arn,
    errorCode: event.errorCode,
    errorMessage: event.errorMessage,
    checks: event.additionalEventData?.authorization ?? [],
  };
};
