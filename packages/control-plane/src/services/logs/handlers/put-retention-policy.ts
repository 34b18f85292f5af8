import type { PutRetentionPolicyRequest } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type LogsDependencies, logResources, scopeOfCall } from "../dependencies.ts";
import { checkGroupName } from "../names.ts";
import { putGroup, requireGroup } from "../repository.ts";
import { checkRetention } from "../retention.ts";

export const putRetentionPolicy = defineOperation<LogsDependencies, PutRetentionPolicyRequest, Record<string, never>>({
  authorise: permission("logs:PutRetentionPolicy", logResources),
  handle: async (input, call, { store }) => {
    const name = checkGroupName(input.logGroupName ?? "");
    const retentionInDays = checkRetention(input.retentionInDays ?? 0);
    await store.transaction(async (transaction) =>
      putGroup(transaction, { ...(await requireGroup(transaction, scopeOfCall(call), name)), retentionInDays }),
    );
    return {};
  },
});
