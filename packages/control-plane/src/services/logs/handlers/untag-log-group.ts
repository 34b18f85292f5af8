import type { UntagLogGroupRequest } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type LogsDependencies, logResources, scopeOfCall } from "../dependencies.ts";
import { checkGroupName } from "../names.ts";
import { putGroup, requireGroup } from "../repository.ts";
import { withoutTags } from "../tags.ts";

export const untagLogGroup = defineOperation<LogsDependencies, UntagLogGroupRequest, Record<string, never>>({
  authorise: permission(
    "logs:UntagLogGroup",
    (input, call) => logResources(input, call),
    (input) => ({ "aws:TagKeys": input.tags ?? [] }),
  ),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    const name = checkGroupName(input.logGroupName ?? "");
    await store.transaction(async (transaction) => {
      const group = await requireGroup(transaction, scope, name);
      putGroup(transaction, { ...group, tags: withoutTags(group.tags, input.tags ?? []) });
    });
    return {};
  },
});
