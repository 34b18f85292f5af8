import type { GetRegistryPolicyRequest, GetRegistryPolicyResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { registryPolicyNotFound } from "../errors.ts";
import { onRegistry } from "../permissions.ts";
import { readRegistry } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRegistryPolicy.html */
export const getRegistryPolicy = defineOperation<EcrDependencies, GetRegistryPolicyRequest, GetRegistryPolicyResponse>({
  authorise: onRegistry("GetRegistryPolicy"),
  handle: async (_input, call, { store }) => {
    const { policy } = await store.read((transaction) => readRegistry(transaction, call));
    if (policy === undefined) throw registryPolicyNotFound(call.accountId);
    return { registryId: call.accountId, policyText: policy };
  },
});
