import type { ListTagsForResourceRequest, ListTagsForResourceResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { findTaggedResource } from "../tagged-resource.ts";
import { tagViews } from "../tags.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = defineOperation<
  EcsDependencies,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse
>({
  authorise: permission("ecs:ListTagsForResource", (input) => [input.resourceArn ?? "*"]),
  handle: async (input, call, { store, compute }) =>
    store.read(async (transaction) => ({
      tags: tagViews((await findTaggedResource(transaction, compute, call, input.resourceArn)).tags),
    })),
});
