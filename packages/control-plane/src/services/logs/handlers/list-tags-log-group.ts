import type { ListTagsLogGroupRequest, ListTagsLogGroupResponse } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type LogsDependencies, logResources, scopeOfCall } from "../dependencies.ts";
import { checkGroupName } from "../names.ts";
import { requireGroup } from "../repository.ts";

export const listTagsLogGroup = defineOperation<LogsDependencies, ListTagsLogGroupRequest, ListTagsLogGroupResponse>({
  authorise: permission("logs:ListTagsLogGroup", logResources),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    const name = checkGroupName(input.logGroupName ?? "");
    const group = await store.read((transaction) => requireGroup(transaction, scope, name));
    return { tags: { ...group.tags } };
  },
});
