import type { UntagResourceRequest } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type LogsDependencies, scopeOfCall } from "../dependencies.ts";
import { groupArnForPolicy, groupNameInArn } from "../names.ts";
import { putGroup, requireGroup } from "../repository.ts";
import { withoutTags } from "../tags.ts";

export const untagResource = defineOperation<LogsDependencies, UntagResourceRequest, Record<string, never>>({
  authorise: permission(
    "logs:UntagResource",
    (input, call) => [groupArnForPolicy(input.resourceArn, call)],
    (input) => ({ "aws:TagKeys": input.tagKeys ?? [] }),
  ),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    const name = groupNameInArn(input.resourceArn ?? "", scope);
    await store.transaction(async (transaction) => {
      const group = await requireGroup(transaction, scope, name);
      putGroup(transaction, { ...group, tags: withoutTags(group.tags, input.tagKeys ?? []) });
    });
    return {};
  },
});
