import type { SetRepositoryPolicyRequest, SetRepositoryPolicyResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { repositoryArn } from "../names.ts";
import { onRepository } from "../permissions.ts";
import { putRepository, requireRepository } from "../repository.ts";
import { foreignAction, isJson, onResource } from "../resource-policy.ts";

const longest = 10_240;

const problemOfActions = (policyText: string): string | undefined => {
  const action = foreignAction(policyText);
  return action === undefined ? undefined : `${action.slice(0, 200)} is no action of ECR`;
};

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html */
export const setRepositoryPolicy = defineOperation<
  EcrDependencies,
  SetRepositoryPolicyRequest,
  SetRepositoryPolicyResponse
>({
  authorise: onRepository("SetRepositoryPolicy"),
  handle: async (input, call, { store, policyProblem }) => {
    const { repositoryName: name = "", policyText = "" } = input;
    const scope = scopeOf(input, call);
    if (policyText.length > longest) throw invalidParameter(`A repository policy has at most ${longest} characters`);
    const problem = isJson(policyText)
      ? (policyProblem(onResource(policyText, repositoryArn(scope, name))) ?? problemOfActions(policyText))
      : "no JSON";
    if (problem !== undefined) {
      throw invalidParameter(
        `Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided': ${problem}`,
      );
    }
    await store.transaction(async (transaction) => {
      const repository = await requireRepository(transaction, scope, name);
      putRepository(transaction, { ...repository, policy: policyText });
    });
    return { registryId: scope.accountId, repositoryName: name, policyText };
  },
});
