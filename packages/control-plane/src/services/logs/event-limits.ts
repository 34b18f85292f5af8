import type { RejectedLogEventsInfo } from "@aws-sdk/client-cloudwatch-logs";
import type { LogEvent } from "@fleetless/kernel";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
export const maximumBatchBytes = 1_048_576;
export const maximumBatchEvents = 10_000;
/** What AWS counts for an event beyond its message. */
const eventOverheadBytes = 26;

const hour = 3_600_000;
const day = 24 * hour;
export const maximumBatchSpan = day;
const oldest = 14 * day;
const newest = 2 * hour;

export const sizeOf = (event: LogEvent): number => Buffer.byteLength(event.message) + eventOverheadBytes;

/** Which events of a batch in order of time are taken: those not too old, too new, or past the retention. */
export const acceptedRange = (
  events: readonly LogEvent[],
  now: number,
  retentionInDays: number | undefined,
): {
  readonly accepted: readonly LogEvent[];
  readonly rejected: RejectedLogEventsInfo | undefined;
} => {
  const countBefore = (time: number): number => {
    const index = events.findIndex(({ timestamp }) => timestamp >= time);
    return index < 0 ? events.length : index;
  };
  const tooOld = countBefore(now - oldest);
  const expired = retentionInDays === undefined ? 0 : countBefore(now - retentionInDays * day);
  const tooNew = countBefore(now + newest + 1);
  const rejected: RejectedLogEventsInfo = {
    ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
    ...(expired > 0 ? { expiredLogEventEndIndex: expired } : {}),
    ...(tooNew < events.length ? { tooNewLogEventStartIndex: tooNew } : {}),
  };
  return {
    accepted: events.slice(Math.max(tooOld, expired), tooNew),
    rejected: Object.keys(rejected).length === 0 ? undefined : rejected,
  };
};
