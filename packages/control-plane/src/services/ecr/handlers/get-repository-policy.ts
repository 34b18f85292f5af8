import type { GetRepositoryPolicyRequest, GetRepositoryPolicyResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { repositoryPolicyNotFound } from "../errors.ts";
import { onRepository } from "../permissions.ts";
import { requireRepository } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRepositoryPolicy.html */
export const getRepositoryPolicy = defineOperation<
  EcrDependencies,
  GetRepositoryPolicyRequest,
  GetRepositoryPolicyResponse
>({
  authorise: onRepository("GetRepositoryPolicy"),
  handle: async (input, call, { store }) => {
    const { repositoryName: name = "" } = input;
    const scope = scopeOf(input, call);
    const { policy } = await store.read((transaction) => requireRepository(transaction, scope, name));
    if (policy === undefined) throw repositoryPolicyNotFound(name, scope.accountId);
    return { registryId: scope.accountId, repositoryName: name, policyText: policy };
  },
});
