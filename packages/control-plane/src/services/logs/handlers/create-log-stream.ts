import type { CreateLogStreamRequest } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type LogsDependencies, logResources, scopeOfCall } from "../dependencies.ts";
import { checkGroupName, checkStreamName } from "../names.ts";
import { insertStream } from "../repository.ts";

export const createLogStream = defineOperation<LogsDependencies, CreateLogStreamRequest, Record<string, never>>({
  authorise: permission("logs:CreateLogStream", logResources),
  handle: async (input, call, { store, clock }) => {
    const group = checkGroupName(input.logGroupName ?? "");
    const stream = checkStreamName(input.logStreamName ?? "");
    await store.transaction((transaction) => insertStream(transaction, scopeOfCall(call), group, stream, clock.now()));
    return {};
  },
});
