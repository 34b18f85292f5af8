import type { GetLifecyclePolicyRequest, GetLifecyclePolicyResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { lifecyclePolicyNotFound } from "../errors.ts";
import { onRepository } from "../permissions.ts";
import { requireRepository } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetLifecyclePolicy.html */
export const getLifecyclePolicy = defineOperation<
  EcrDependencies,
  GetLifecyclePolicyRequest,
  GetLifecyclePolicyResponse
>({
  authorise: onRepository("GetLifecyclePolicy"),
  handle: async (input, call, { store }) => {
    const scope = scopeOf(input, call);
    const { repositoryName: name = "" } = input;
    const repository = await store.read((transaction) => requireRepository(transaction, scope, name));
    const { lifecyclePolicy: lifecyclePolicyText, lifecycleEvaluatedAt: at } = repository;
    if (lifecyclePolicyText === undefined) throw lifecyclePolicyNotFound(name, scope.accountId);
    return {
      registryId: scope.accountId,
      repositoryName: name,
      lifecyclePolicyText,
      ...(at === undefined ? {} : { lastEvaluatedAt: new Date(at) }),
    };
  },
});
