import type { InputLogEvent, PutLogEventsRequest, PutLogEventsResponse } from "@aws-sdk/client-cloudwatch-logs";
import type { LogEvent } from "@fleetless/kernel";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type LogsDependencies, logResources, scopeOfCall } from "../dependencies.ts";
import { constraintViolated, invalidParameter } from "../errors.ts";
import { acceptedRange, maximumBatchBytes, maximumBatchEvents, maximumBatchSpan, sizeOf } from "../event-limits.ts";
import { checkGroupName, checkStreamName } from "../names.ts";
import { requireStream } from "../repository.ts";
import { sequenceToken } from "../views.ts";

const readEvents = (input: readonly InputLogEvent[]): readonly LogEvent[] => {
  if (input.length < 1 || input.length > maximumBatchEvents) {
    const bound = input.length < 1 ? "greater than or equal to 1" : `less than or equal to ${maximumBatchEvents}`;
    throw constraintViolated(`${input.length} events`, "logEvents", `Member must have length ${bound}`);
  }
  let bytes = 0;
  let previous = 0;
  return input.map(({ timestamp = -1, message = "" }, index) => {
    const member = `logEvents.${index + 1}.member`;
    if (message === "") {
      throw constraintViolated("", `${member}.message`, "Member must have length greater than or equal to 1");
    }
    if (timestamp < 0 || !Number.isSafeInteger(timestamp)) {
      throw constraintViolated(
        String(timestamp),
        `${member}.timestamp`,
        "Member must have value greater than or equal to 0",
      );
    }
    if (timestamp < previous) {
      throw invalidParameter("Log events in a single PutLogEvents request must be in chronological order.");
    }
    previous = timestamp;
    bytes += sizeOf({ timestamp, message });
    if (bytes > maximumBatchBytes) {
      throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${maximumBatchBytes}`);
    }
    return { timestamp, message };
  });
};

export const putLogEvents = defineOperation<LogsDependencies, PutLogEventsRequest, PutLogEventsResponse>({
  authorise: permission("logs:PutLogEvents", logResources),
  handle: async (input, call, { store, events, clock }) => {
    const groupName = checkGroupName(input.logGroupName ?? "");
    const streamName = checkStreamName(input.logStreamName ?? "");
    const batch = readEvents(input.logEvents ?? []);
    if ((batch.at(-1)?.timestamp ?? 0) - (batch[0]?.timestamp ?? 0) > maximumBatchSpan) {
      throw invalidParameter(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
      );
    }
    const { group, stream } = await store.read((transaction) =>
      requireStream(transaction, scopeOfCall(call), groupName, streamName),
    );
    const now = clock.now();
    const { accepted, rejected } = acceptedRange(batch, now, group.retentionInDays);
    if (accepted.length > 0) {
      await events.append({
        group: group.eventsKey,
        stream: stream.eventsKey,
        ingestionTime: now,
        events: accepted,
      });
    }
    return {
      nextSequenceToken: sequenceToken(stream),
      ...(rejected === undefined ? {} : { rejectedLogEventsInfo: rejected }),
    };
  },
});
