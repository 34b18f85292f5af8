import type { DeleteRepositoryPolicyRequest, DeleteRepositoryPolicyResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { repositoryPolicyNotFound } from "../errors.ts";
import { onRepository } from "../permissions.ts";
import { putRepository, requireRepository } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepositoryPolicy.html */
export const deleteRepositoryPolicy = defineOperation<
  EcrDependencies,
  DeleteRepositoryPolicyRequest,
  DeleteRepositoryPolicyResponse
>({
  authorise: onRepository("DeleteRepositoryPolicy"),
  handle: async (input, call, { store }) => {
    const { repositoryName: name = "" } = input;
    const scope = scopeOf(input, call);
    const removed = await store.transaction(async (transaction) => {
      const { policy, ...repository } = await requireRepository(transaction, scope, name);
      if (policy === undefined) throw repositoryPolicyNotFound(name, scope.accountId);
      putRepository(transaction, repository);
      return policy;
    });
    return { registryId: scope.accountId, repositoryName: name, policyText: removed };
  },
});
