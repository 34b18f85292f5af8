import type { LogEvent } from "@fleetless/kernel";
import type { CutEvent } from "./cut-events.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const maximumBatchBytes = 1_048_576;
const maximumBatchEvents = 10_000;
const eventOverheadBytes = 26;

export interface Batch {
  readonly events: readonly LogEvent[];
  /** Index behind the last byte that the batch covers. */
  readonly end: number;
}

/**
 * Events in the order in which they were written, in as many calls as CloudWatch's limits ask for, and none
 * larger than `maximumBytes` where it has more than one event.
 */
export const batchesOf = (
  events: readonly CutEvent[],
  timestamp: number,
  maximumBytes = maximumBatchBytes,
): readonly Batch[] => {
  const batches: Batch[] = [];
  let current: LogEvent[] = [];
  let bytes = 0;
  let end = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.message) + eventOverheadBytes;
    if (
      current.length === maximumBatchEvents ||
      (current.length > 0 && bytes + size > Math.min(maximumBytes, maximumBatchBytes))
    ) {
      batches.push({ events: current, end });
      current = [];
      bytes = 0;
    }
    current.push({ timestamp, message: event.message });
    bytes += size;
    end = event.end;
  }
  if (current.length > 0) batches.push({ events: current, end });
  return batches;
};
