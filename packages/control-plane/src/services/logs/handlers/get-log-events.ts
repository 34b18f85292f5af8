import type { GetLogEventsRequest, GetLogEventsResponse } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { LogEventRecord } from "../../../state/append/log-events.ts";
import { type LogsDependencies, logResources, scopeOfCall } from "../dependencies.ts";
import { notSupported } from "../errors.ts";
import { maximumBatchBytes, maximumBatchEvents, sizeOf } from "../event-limits.ts";
import { checkStreamName, groupNameOf } from "../names.ts";
import { checkLimit } from "../pages.ts";
import { formatStreamToken, justBefore, justBehind, parseStreamToken, type StreamToken } from "../position-tokens.ts";
import { requireStream } from "../repository.ts";
import { outputEventView } from "../views.ts";

/** An answer holds at most 1 MiB: of the events nearest to where the read began. */
const withinBytes = (events: readonly LogEventRecord[], direction: StreamToken["direction"]) => {
  const nearestFirst = direction === "forward" ? events : events.toReversed();
  let bytes = 0;
  const fitting = nearestFirst.findIndex((event, index) => {
    bytes += sizeOf(event);
    return bytes > maximumBatchBytes && index > 0;
  });
  const kept = fitting < 0 ? nearestFirst : nearestFirst.slice(0, fitting);
  return direction === "forward" ? kept : kept.toReversed();
};

export const getLogEvents = defineOperation<LogsDependencies, GetLogEventsRequest, GetLogEventsResponse>({
  authorise: permission("logs:GetLogEvents", logResources),
  handle: async (input, call, { store, events }) => {
    if (input.unmask) throw notSupported("unmask");
    const scope = scopeOfCall(call);
    const groupName = groupNameOf(input, scope);
    const streamName = checkStreamName(input.logStreamName ?? "");
    const limit = checkLimit(input.limit, maximumBatchEvents);
    const token = input.nextToken === undefined ? undefined : parseStreamToken(input.nextToken);
    const { group, stream } = await store.read((transaction) =>
      requireStream(transaction, scope, groupName, streamName),
    );
    const direction = token?.direction ?? (input.startFromHead ? "forward" : "backward");
    const found = await events.readStream({
      group: group.eventsKey,
      stream: stream.eventsKey,
      direction,
      limit,
      ...(input.startTime === undefined ? {} : { startTime: input.startTime }),
      ...(input.endTime === undefined ? {} : { endTime: input.endTime }),
      ...(token === undefined ? {} : { from: token.position }),
    });
    const page = withinBytes(found, direction);
    const [first, last] = [page[0], page.at(-1)];
    const nowhere = token?.position ?? { timestamp: Math.max(0, input.startTime ?? 0), sequence: 0 };
    const forward = last ?? (direction === "backward" && token ? justBefore(nowhere) : nowhere);
    const backward = first ?? (direction === "forward" && token ? justBehind(nowhere) : nowhere);
    return {
      events: page.map(outputEventView),
      nextForwardToken: formatStreamToken({ direction: "forward", position: forward }),
      nextBackwardToken: formatStreamToken({ direction: "backward", position: backward }),
    };
  },
});
