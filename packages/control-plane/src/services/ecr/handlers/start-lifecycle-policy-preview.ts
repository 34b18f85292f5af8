import type { StartLifecyclePolicyPreviewRequest, StartLifecyclePolicyPreviewResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { repositoryKey } from "../collections.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { lifecyclePolicyNotFound } from "../errors.ts";
import { checkLifecyclePolicy } from "../lifecycle/check-policy.ts";
import { previewExpiry } from "../lifecycle/preview.ts";
import { onRepository } from "../permissions.ts";
import { putRepository, requireRepository } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartLifecyclePolicyPreview.html */
export const startLifecyclePolicyPreview = defineOperation<
  EcrDependencies,
  StartLifecyclePolicyPreviewRequest,
  StartLifecyclePolicyPreviewResponse
>({
  authorise: onRepository("StartLifecyclePolicyPreview"),
  handle: async (input, call, { store, clock }) => {
    const scope = scopeOf(input, call);
    const { repositoryName: name = "", lifecyclePolicyText: given } = input;
    if (given !== undefined) checkLifecyclePolicy(given);
    return store.transaction(async (transaction) => {
      const repository = await requireRepository(transaction, scope, name);
      const text = given ?? repository.lifecyclePolicy;
      if (text === undefined) throw lifecyclePolicyNotFound(name, scope.accountId);
      const results = await previewExpiry(transaction, repositoryKey(scope, name), text, clock.now());
      putRepository(transaction, { ...repository, preview: { text, results } });
      return {
        registryId: scope.accountId,
        repositoryName: name,
        lifecyclePolicyText: text,
        status: "IN_PROGRESS" as const,
      };
    });
  },
});
