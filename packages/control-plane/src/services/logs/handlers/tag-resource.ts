import type { TagResourceRequest } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { requestTagKeys } from "../../../gateway/tag-condition-keys.ts";
import { type LogsDependencies, scopeOfCall } from "../dependencies.ts";
import { groupArnForPolicy, groupNameInArn } from "../names.ts";
import { putGroup, requireGroup } from "../repository.ts";
import { withTags } from "../tags.ts";

export const tagResource = defineOperation<LogsDependencies, TagResourceRequest, Record<string, never>>({
  authorise: permission(
    "logs:TagResource",
    (input, call) => [groupArnForPolicy(input.resourceArn, call)],
    (input) => requestTagKeys(Object.entries(input.tags ?? {})),
  ),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    const name = groupNameInArn(input.resourceArn ?? "", scope);
    await store.transaction(async (transaction) => {
      const group = await requireGroup(transaction, scope, name);
      putGroup(transaction, { ...group, tags: withTags(group.tags, input.tags ?? {}) });
    });
    return {};
  },
});
