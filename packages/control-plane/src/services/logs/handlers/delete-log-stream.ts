import type { DeleteLogStreamRequest } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { deletePendingEvents } from "../deletion.ts";
import { type LogsDependencies, logResources, scopeOfCall } from "../dependencies.ts";
import { checkGroupName, checkStreamName } from "../names.ts";
import { removeStream, requireStream } from "../repository.ts";

export const deleteLogStream = defineOperation<LogsDependencies, DeleteLogStreamRequest, Record<string, never>>({
  authorise: permission("logs:DeleteLogStream", logResources),
  handle: async (input, call, dependencies) => {
    const groupName = checkGroupName(input.logGroupName ?? "");
    const streamName = checkStreamName(input.logStreamName ?? "");
    await dependencies.store.transaction(async (transaction) => {
      const { group, stream } = await requireStream(transaction, scopeOfCall(call), groupName, streamName);
      removeStream(transaction, group, stream);
    });
    await deletePendingEvents(dependencies);
    return {};
  },
});
