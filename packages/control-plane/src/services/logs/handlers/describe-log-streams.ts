import type { DescribeLogStreamsRequest, DescribeLogStreamsResponse } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { LogStreamStatistics } from "../../../state/append/log-events.ts";
import type { LogStreamRecord } from "../collections.ts";
import { type LogsDependencies, logResources, scopeOfCall } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { checkStreamName, groupNameOf } from "../names.ts";
import { checkLimit, pageOf } from "../pages.ts";
import { requireGroup, streamsWithPrefix } from "../repository.ts";
import { streamView } from "../views.ts";

type Statistics = ReadonlyMap<string, LogStreamStatistics>;

/** Streams that never had an event come first, as with AWS. */
const byLastEvent =
  (statistics: Statistics) =>
  (a: LogStreamRecord, b: LogStreamRecord): number =>
    (statistics.get(a.eventsKey)?.lastEventTimestamp ?? 0) - (statistics.get(b.eventsKey)?.lastEventTimestamp ?? 0);

export const describeLogStreams = defineOperation<
  LogsDependencies,
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse
>({
  authorise: permission("logs:DescribeLogStreams", (input, call) =>
    logResources({ logGroupName: input.logGroupName, logGroupIdentifier: input.logGroupIdentifier }, call),
  ),
  handle: async (input, call, { store, events }) => {
    const scope = scopeOfCall(call);
    const name = groupNameOf(input, scope);
    const limit = checkLimit(input.limit, 50);
    const byTime = input.orderBy === "LastEventTime";
    if (byTime && input.logStreamNamePrefix !== undefined) {
      throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
    }
    const prefix =
      input.logStreamNamePrefix === undefined ? "" : checkStreamName(input.logStreamNamePrefix, "logStreamNamePrefix");
    const { group, found } = await store.read(async (transaction) => {
      const group = await requireGroup(transaction, scope, name);
      return { group, found: await streamsWithPrefix(transaction, group, prefix) };
    });
    const all: Statistics = byTime ? await events.statistics(group.eventsKey) : new Map();
    const ordered = byTime ? found.toSorted(byLastEvent(all)) : found;
    const page = pageOf(
      input.descending ? ordered.toReversed() : ordered,
      (stream) => stream.eventsKey,
      limit,
      input.nextToken,
    );
    const keys = page.items.map(({ eventsKey }) => eventsKey);
    const statistics = byTime ? all : await events.statistics(group.eventsKey, keys);
    return {
      logStreams: page.items.map((stream) => streamView(group, stream, statistics.get(stream.eventsKey))),
      nextToken: page.nextToken,
    };
  },
});
