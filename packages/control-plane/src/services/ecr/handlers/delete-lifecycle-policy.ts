import type { DeleteLifecyclePolicyRequest, DeleteLifecyclePolicyResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { lifecyclePolicyNotFound } from "../errors.ts";
import { onRepository } from "../permissions.ts";
import { putRepository, requireRepository } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteLifecyclePolicy.html */
export const deleteLifecyclePolicy = defineOperation<
  EcrDependencies,
  DeleteLifecyclePolicyRequest,
  DeleteLifecyclePolicyResponse
>({
  authorise: onRepository("DeleteLifecyclePolicy"),
  handle: async (input, call, { store }) => {
    const scope = scopeOf(input, call);
    const { repositoryName: name = "" } = input;
    return store.transaction(async (transaction) => {
      const found = await requireRepository(transaction, scope, name);
      const { lifecyclePolicy: lifecyclePolicyText, lifecycleEvaluatedAt: at, ...repository } = found;
      if (lifecyclePolicyText === undefined) throw lifecyclePolicyNotFound(name, scope.accountId);
      putRepository(transaction, repository);
      return {
        registryId: scope.accountId,
        repositoryName: name,
        lifecyclePolicyText,
        ...(at === undefined ? {} : { lastEvaluatedAt: new Date(at) }),
      };
    });
  },
});
