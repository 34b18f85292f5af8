import type { UntagResourceRequest } from "@aws-sdk/client-ecr";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { repositoryOfArn } from "../names.ts";
import { putRepository, requireRepository } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UntagResource.html */
export const untagResource = defineOperation<EcrDependencies, UntagResourceRequest, Record<string, never>>({
  authorise: permission(
    "ecr:UntagResource",
    ({ resourceArn = "" }) => [resourceArn],
    ({ tagKeys = [] }) => (tagKeys.length === 0 ? {} : { "aws:TagKeys": tagKeys }),
  ),
  handle: async ({ resourceArn = "", tagKeys = [] }, _call, { store }) => {
    const { scope, name } = repositoryOfArn(resourceArn);
    await store.transaction(async (transaction) => {
      const repository = await requireRepository(transaction, scope, name);
      const kept = Object.entries(repository.tags).filter(([key]) => !tagKeys.includes(key));
      putRepository(transaction, { ...repository, tags: Object.fromEntries(kept) });
    });
    return {};
  },
});
