import type { CreateRepositoryRequest, CreateRepositoryResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { requestTagKeys } from "../../../gateway/tag-condition-keys.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { checkExclusionFilters } from "../images/exclusion-filters.ts";
import { checkRepositoryName, repositoryArn } from "../names.ts";
import { insertRepository } from "../repository.ts";
import { tagPairs, withTags } from "../tags.ts";
import { repositoryView } from "../views.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
export const createRepository = defineOperation<EcrDependencies, CreateRepositoryRequest, CreateRepositoryResponse>({
  authorise: {
    kind: "permissions",
    permissions: (input, call) => {
      const resources = [repositoryArn(scopeOf(input, call), input.repositoryName ?? "")];
      const tags = tagPairs(input.tags);
      const create = { action: "ecr:CreateRepository", resources, conditionKeys: requestTagKeys(tags) };
      return tags.length === 0 ? [create] : [create, { ...create, action: "ecr:TagResource" }];
    },
  },
  handle: async (input, call, dependencies) => {
    const scope = scopeOf(input, call);
    if (scope.accountId !== call.accountId) throw invalidParameter("The registry of another account cannot be changed");
    const { encryptionConfiguration: encryption } = input;
    const record = {
      ...scope,
      name: checkRepositoryName(input.repositoryName ?? ""),
      createdAt: call.clock.now(),
      imageTagMutability: input.imageTagMutability ?? "MUTABLE",
      exclusionFilters: checkExclusionFilters(input.imageTagMutability, input.imageTagMutabilityExclusionFilters),
      scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
      encryption: {
        encryptionType: encryption?.encryptionType ?? "AES256",
        ...(encryption?.kmsKey === undefined ? {} : { kmsKey: encryption.kmsKey }),
      },
      tags: withTags({}, input.tags),
    };
    await dependencies.store.transaction((transaction) => insertRepository(transaction, record));
    return { repository: repositoryView(record, dependencies) };
  },
});
