import type { ListTagsForResourceRequest, ListTagsForResourceResponse } from "@aws-sdk/client-ecr";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { repositoryOfArn } from "../names.ts";
import { requireRepository } from "../repository.ts";
import { tagViews } from "../views.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = defineOperation<
  EcrDependencies,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse
>({
  authorise: permission("ecr:ListTagsForResource", ({ resourceArn = "" }) => [resourceArn]),
  handle: async ({ resourceArn = "" }, _call, { store }) => {
    const { scope, name } = repositoryOfArn(resourceArn);
    const repository = await store.read((transaction) => requireRepository(transaction, scope, name));
    return { tags: tagViews(repository.tags) };
  },
});
