import type { DeleteRepositoryRequest, DeleteRepositoryResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { repositoryNotEmpty } from "../errors.ts";
import { onRepository } from "../permissions.ts";
import { imagesIn, keyOf, removeRepository, requireRepository } from "../repository.ts";
import { repositoryView } from "../views.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html */
export const deleteRepository = defineOperation<EcrDependencies, DeleteRepositoryRequest, DeleteRepositoryResponse>({
  authorise: onRepository("DeleteRepository"),
  handle: async (input, call, dependencies) => {
    const scope = scopeOf(input, call);
    const name = input.repositoryName ?? "";
    const removed = await dependencies.store.transaction(async (transaction) => {
      const repository = await requireRepository(transaction, scope, name);
      const isEmpty = (await imagesIn(transaction, keyOf(repository))).length === 0;
      if (!isEmpty && input.force !== true) throw repositoryNotEmpty(name, scope.accountId);
      await removeRepository(transaction, repository);
      return repository;
    });
    return { repository: repositoryView(removed, dependencies) };
  },
});
