import type { TagResourceRequest } from "@aws-sdk/client-ecr";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { requestTagKeys } from "../../../gateway/tag-condition-keys.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { repositoryOfArn } from "../names.ts";
import { putRepository, requireRepository } from "../repository.ts";
import { tagPairs, withTags } from "../tags.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_TagResource.html */
export const tagResource = defineOperation<EcrDependencies, TagResourceRequest, Record<string, never>>({
  authorise: permission(
    "ecr:TagResource",
    ({ resourceArn = "" }) => [resourceArn],
    ({ tags }) => requestTagKeys(tagPairs(tags)),
  ),
  handle: async ({ resourceArn = "", tags }, _call, { store }) => {
    const { scope, name } = repositoryOfArn(resourceArn);
    await store.transaction(async (transaction) => {
      const repository = await requireRepository(transaction, scope, name);
      putRepository(transaction, { ...repository, tags: withTags(repository.tags, tags) });
    });
    return {};
  },
});
