import type { PutRegistryPolicyRequest, PutRegistryPolicyResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { onRegistry } from "../permissions.ts";
import { putRegistry, readRegistry } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryPolicy.html */
export const putRegistryPolicy = defineOperation<EcrDependencies, PutRegistryPolicyRequest, PutRegistryPolicyResponse>({
  authorise: onRegistry("PutRegistryPolicy"),
  handle: async ({ policyText = "" }, call, { store, policyProblem }) => {
    const problem = policyProblem(policyText);
    if (problem !== undefined) {
      throw invalidParameter(
        `Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid registry policy provided': ${problem}`,
      );
    }
    await store.transaction(async (transaction) => {
      putRegistry(transaction, { ...(await readRegistry(transaction, call)), policy: policyText });
    });
    return { registryId: call.accountId, policyText };
  },
});
