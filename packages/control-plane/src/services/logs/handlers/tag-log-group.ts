import type { TagLogGroupRequest } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { requestTagKeys } from "../../../gateway/tag-condition-keys.ts";
import { type LogsDependencies, logResources, scopeOfCall } from "../dependencies.ts";
import { checkGroupName } from "../names.ts";
import { putGroup, requireGroup } from "../repository.ts";
import { withTags } from "../tags.ts";

export const tagLogGroup = defineOperation<LogsDependencies, TagLogGroupRequest, Record<string, never>>({
  authorise: permission(
    "logs:TagLogGroup",
    (input, call) => logResources(input, call),
    (input) => requestTagKeys(Object.entries(input.tags ?? {})),
  ),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    const name = checkGroupName(input.logGroupName ?? "");
    await store.transaction(async (transaction) => {
      const group = await requireGroup(transaction, scope, name);
      putGroup(transaction, { ...group, tags: withTags(group.tags, input.tags ?? {}) });
    });
    return {};
  },
});
