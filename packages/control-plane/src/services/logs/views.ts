import type { FilteredLogEvent, LogGroup, LogStream, OutputLogEvent } from "@aws-sdk/client-cloudwatch-logs";
import type { LogEventRecord, LogStreamStatistics } from "../../state/append/log-events.ts";
import { type LogGroupRecord, type LogStreamRecord, streamNameOf } from "./collections.ts";
import { logGroupArn, logStreamArn } from "./names.ts";

export const groupView = (group: LogGroupRecord, storedBytes: number): LogGroup => ({
  logGroupName: group.name,
  arn: `${logGroupArn(group, group.name)}:*`,
  logGroupArn: logGroupArn(group, group.name),
  creationTime: group.createdAt,
  ...(group.retentionInDays === undefined ? {} : { retentionInDays: group.retentionInDays }),
  metricFilterCount: 0,
  storedBytes,
  logGroupClass: group.logGroupClass,
});

/** AWS has answered 0 as the storedBytes of every stream since 2019. */
export const streamView = (
  group: LogGroupRecord,
  stream: LogStreamRecord,
  statistics: LogStreamStatistics | undefined,
): LogStream => ({
  logStreamName: stream.name,
  arn: logStreamArn(group, group.name, stream.name),
  creationTime: stream.createdAt,
  ...(statistics === undefined
    ? {}
    : {
        firstEventTimestamp: statistics.firstEventTimestamp,
        lastEventTimestamp: statistics.lastEventTimestamp,
        lastIngestionTime: statistics.lastIngestionTime,
      }),
  uploadSequenceToken: sequenceToken(stream),
  storedBytes: 0,
});

/** AWS still gives out sequence tokens, and no longer looks at those it gets. */
export const sequenceToken = (stream: LogStreamRecord): string =>
  `49${[...Buffer.from(stream.eventsKey.slice(-12), "hex")].join("").padEnd(54, "0").slice(0, 54)}`;

export const outputEventView = (event: LogEventRecord): OutputLogEvent => ({
  timestamp: event.timestamp,
  message: event.message,
  ingestionTime: event.ingestionTime,
});

export const filteredEventView = (event: LogEventRecord): FilteredLogEvent => ({
  logStreamName: streamNameOf(event.stream),
  timestamp: event.timestamp,
  message: event.message,
  ingestionTime: event.ingestionTime,
  eventId: `${event.timestamp}`.padStart(20, "3") + `${event.sequence}`.padStart(36, "0"),
});
