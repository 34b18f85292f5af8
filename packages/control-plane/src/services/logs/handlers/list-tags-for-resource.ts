import type { ListTagsForResourceRequest, ListTagsForResourceResponse } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type LogsDependencies, scopeOfCall } from "../dependencies.ts";
import { groupArnForPolicy, groupNameInArn } from "../names.ts";
import { requireGroup } from "../repository.ts";

export const listTagsForResource = defineOperation<
  LogsDependencies,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse
>({
  authorise: permission("logs:ListTagsForResource", (input, call) => [groupArnForPolicy(input.resourceArn, call)]),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    const name = groupNameInArn(input.resourceArn ?? "", scope);
    const group = await store.read((transaction) => requireGroup(transaction, scope, name));
    return { tags: { ...group.tags } };
  },
});
