import type { DeleteRetentionPolicyRequest } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type LogsDependencies, logResources, scopeOfCall } from "../dependencies.ts";
import { checkGroupName } from "../names.ts";
import { putGroup, requireGroup } from "../repository.ts";

export const deleteRetentionPolicy = defineOperation<
  LogsDependencies,
  DeleteRetentionPolicyRequest,
  Record<string, never>
>({
  authorise: permission("logs:DeleteRetentionPolicy", logResources),
  handle: async (input, call, { store }) => {
    const name = checkGroupName(input.logGroupName ?? "");
    await store.transaction(async (transaction) => {
      const { retentionInDays: _ended, ...group } = await requireGroup(transaction, scopeOfCall(call), name);
      putGroup(transaction, group);
    });
    return {};
  },
});
