import type { ListTagsForResourceRequest, ListTagsForResourceResult } from "@aws-sdk/client-ssm";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SsmDependencies } from "../dependencies.ts";
import { onParameters, scopeOf } from "../permissions.ts";
import { parameterOfResource } from "../tagged-resource.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = defineOperation<
  SsmDependencies,
  ListTagsForResourceRequest,
  ListTagsForResourceResult
>({
  authorise: onParameters("ssm:ListTagsForResource", ({ ResourceId }) => [ResourceId]),
  handle: async (input, call, { store, clock }) => {
    const parameter = await store.read((transaction) =>
      parameterOfResource(transaction, scopeOf(call), input, clock.now()),
    );
    return { TagList: Object.entries(parameter.tags).map(([Key, Value]) => ({ Key, Value })) };
  },
});
