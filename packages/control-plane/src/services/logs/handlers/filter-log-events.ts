import type { FilterLogEventsRequest, FilterLogEventsResponse } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { LogEventRecord, LogPosition } from "../../../state/append/log-events.ts";
import type { LogGroupRecord } from "../collections.ts";
import { type LogsDependencies, logResources, scopeOfCall } from "../dependencies.ts";
import { invalidParameter, notSupported } from "../errors.ts";
import { maximumBatchBytes, maximumBatchEvents, sizeOf } from "../event-limits.ts";
import { parseFilterPattern } from "../filter-pattern/filter-pattern.ts";
import { checkStreamName, groupNameOf } from "../names.ts";
import { checkLimit } from "../pages.ts";
import { formatGroupToken, parseGroupToken } from "../position-tokens.ts";
import { requireGroup, requireStream } from "../repository.ts";
import { filteredEventView } from "../views.ts";

/** So many events are looked through for one answer, then a token says where to go on. */
const maximumScanned = 50_000;
const scannedAtOnce = 2_000;
const maximumStreams = 100;

export const filterLogEvents = defineOperation<LogsDependencies, FilterLogEventsRequest, FilterLogEventsResponse>({
  authorise: permission("logs:FilterLogEvents", (input, call) =>
    logResources({ logGroupName: input.logGroupName, logGroupIdentifier: input.logGroupIdentifier }, call),
  ),
  handle: async (input, call, dependencies) => {
    if (input.unmask) throw notSupported("unmask");
    if (input.startFromHead === false) throw notSupported("startFromHead false");
    const scope = scopeOfCall(call);
    const name = groupNameOf(input, scope);
    const { logStreamNames: streamNames, logStreamNamePrefix: streamPrefix } = input;
    if (streamNames !== undefined && streamPrefix !== undefined) {
      throw invalidParameter("LogStreamNames and LogStreamNamePrefix cannot both be specified.");
    }
    if (streamNames !== undefined && (streamNames.length < 1 || streamNames.length > maximumStreams)) {
      throw invalidParameter(`logStreamNames must hold 1 to ${maximumStreams} names.`);
    }
    const limit = checkLimit(input.limit, maximumBatchEvents);
    const matches = parseFilterPattern(input.filterPattern ?? "");
    const { group, streams } = await dependencies.store.read(async (transaction) => {
      const group = await requireGroup(transaction, scope, name);
      const streams: string[] = [];
      for (const stream of streamNames ?? []) {
        const found = await requireStream(transaction, scope, name, checkStreamName(stream, "logStreamNames"));
        streams.push(found.stream.eventsKey);
      }
      return { group, streams };
    });
    const found = await scan(dependencies, group, {
      limit,
      matches,
      // Where every event matches, none is read in vain.
      atOnce: input.filterPattern ? scannedAtOnce : Math.min(scannedAtOnce, limit + 1),
      from: input.nextToken === undefined ? undefined : parseGroupToken(input.nextToken),
      range: {
        ...(streamNames === undefined ? {} : { streams }),
        ...(streamPrefix === undefined ? {} : { streamPrefix: checkStreamName(streamPrefix, "logStreamNamePrefix") }),
        ...(input.startTime === undefined ? {} : { startTime: input.startTime }),
        ...(input.endTime === undefined ? {} : { endTime: input.endTime + 1 }),
      },
    });
    return {
      events: found.events.map(filteredEventView),
      searchedLogStreams: [],
      ...(found.next === undefined ? {} : { nextToken: formatGroupToken(found.next) }),
    };
  },
});

interface Scan {
  readonly limit: number;
  readonly matches: (message: string) => boolean;
  readonly atOnce: number;
  readonly from: LogPosition | undefined;
  readonly range: {
    readonly streams?: readonly string[];
    readonly streamPrefix?: string;
    readonly startTime?: number;
    readonly endTime?: number;
  };
}

const scan = async (
  { events }: LogsDependencies,
  group: LogGroupRecord,
  { limit, matches, atOnce, from, range }: Scan,
): Promise<{ readonly events: readonly LogEventRecord[]; readonly next: LogPosition | undefined }> => {
  const matching: LogEventRecord[] = [];
  let bytes = 0;
  let position = from;
  for (let scanned = 0; scanned < maximumScanned; ) {
    const page = await events.readGroup({
      ...range,
      group: group.eventsKey,
      limit: atOnce,
      ...(position === undefined ? {} : { from: position }),
    });
    for (const event of page) {
      if (matches(event.message)) {
        bytes += sizeOf(event);
        if (matching.length === limit || (bytes > maximumBatchBytes && matching.length > 0)) {
          return { events: matching, next: position };
        }
        matching.push(event);
      }
      position = { timestamp: event.timestamp, sequence: event.sequence };
    }
    if (page.length < atOnce) return { events: matching, next: undefined };
    scanned += page.length;
  }
  return { events: matching, next: position };
};
