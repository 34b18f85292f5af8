import type { DeleteLogGroupRequest } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { deletePendingEvents } from "../deletion.ts";
import { type LogsDependencies, logResources, scopeOfCall } from "../dependencies.ts";
import { checkGroupName } from "../names.ts";
import { removeGroup, requireGroup } from "../repository.ts";

export const deleteLogGroup = defineOperation<LogsDependencies, DeleteLogGroupRequest, Record<string, never>>({
  authorise: permission("logs:DeleteLogGroup", logResources),
  handle: async (input, call, dependencies) => {
    const name = checkGroupName(input.logGroupName ?? "");
    await dependencies.store.transaction(async (transaction) =>
      removeGroup(transaction, await requireGroup(transaction, scopeOfCall(call), name)),
    );
    await deletePendingEvents(dependencies);
    return {};
  },
});
