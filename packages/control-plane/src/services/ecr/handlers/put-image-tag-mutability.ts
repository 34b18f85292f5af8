import type { PutImageTagMutabilityRequest, PutImageTagMutabilityResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { checkExclusionFilters } from "../images/exclusion-filters.ts";
import { onRepository } from "../permissions.ts";
import { putRepository, requireRepository } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html */
export const putImageTagMutability = defineOperation<
  EcrDependencies,
  PutImageTagMutabilityRequest,
  PutImageTagMutabilityResponse
>({
  authorise: onRepository("PutImageTagMutability"),
  handle: async (input, call, { store }) => {
    const scope = scopeOf(input, call);
    const { imageTagMutability = "MUTABLE", imageTagMutabilityExclusionFilters: filters } = input;
    const exclusionFilters = checkExclusionFilters(imageTagMutability, filters);
    const name = input.repositoryName ?? "";
    await store.transaction(async (transaction) => {
      const repository = await requireRepository(transaction, scope, name);
      putRepository(transaction, { ...repository, imageTagMutability, exclusionFilters });
    });
    return {
      registryId: scope.accountId,
      repositoryName: name,
      imageTagMutability,
      ...(exclusionFilters.length === 0 ? {} : { imageTagMutabilityExclusionFilters: [...exclusionFilters] }),
    };
  },
});
