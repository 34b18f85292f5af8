import type { DescribeLogStreamsRequest, DescribeLogStreamsResponse } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { LogGroupRecord } from "../collections.ts";
import { type LogsDependencies, logResources, scopeOfCall } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { checkStreamName, groupNameOf } from "../names.ts";
import { checkLimit, decodePageToken, encodePageToken } from "../pages.ts";
import { requireGroup, streamsWithPrefix } from "../repository.ts";
import { type StreamsPage, streamsByTime } from "../streams-by-time.ts";
import { streamView } from "../views.ts";

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
    const request = { prefix, limit, descending: input.descending, nextToken: input.nextToken };
    const group = await store.read((transaction) => requireGroup(transaction, scope, name));
    const { items, statistics, nextToken } = await (byTime ? streamsByTime : pageByName)(
      { store, events },
      group,
      request,
    );
    return {
      logStreams: items.map((stream) => streamView(group, stream, statistics.get(stream.eventsKey))),
      nextToken,
    };
  },
});

interface PageRequest {
  readonly prefix: string;
  readonly limit: number;
  readonly descending: boolean | undefined;
  readonly nextToken: string | undefined;
}

type Reads = Pick<LogsDependencies, "store" | "events">;

/** Reads no more streams than the page holds. */
const pageByName = async (
  { store, events }: Reads,
  group: LogGroupRecord,
  { prefix, limit, descending, nextToken }: PageRequest,
): Promise<StreamsPage> => {
  const after = nextToken === undefined ? undefined : decodePageToken(nextToken);
  const found = await store.read((transaction) =>
    streamsWithPrefix(transaction, group, prefix, { after, descending, limit: limit + 1 }),
  );
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const keys = items.map(({ eventsKey }) => eventsKey);
  return {
    items,
    statistics: await events.statistics(group.eventsKey, keys),
    nextToken: last !== undefined && found.length > limit ? encodePageToken(last.name) : undefined,
  };
};
