import type { PutLifecyclePolicyRequest, PutLifecyclePolicyResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { checkLifecyclePolicy } from "../lifecycle/check-policy.ts";
import { onRepository } from "../permissions.ts";
import { putRepository, requireRepository } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html */
export const putLifecyclePolicy = defineOperation<
  EcrDependencies,
  PutLifecyclePolicyRequest,
  PutLifecyclePolicyResponse
>({
  authorise: onRepository("PutLifecyclePolicy"),
  handle: async (input, call, { store }) => {
    const scope = scopeOf(input, call);
    const { repositoryName: name = "", lifecyclePolicyText = "" } = input;
    checkLifecyclePolicy(lifecyclePolicyText);
    await store.transaction(async (transaction) => {
      const { lifecycleEvaluatedAt: _, ...repository } = await requireRepository(transaction, scope, name);
      putRepository(transaction, { ...repository, lifecyclePolicy: lifecyclePolicyText });
    });
    return { registryId: scope.accountId, repositoryName: name, lifecyclePolicyText };
  },
});
