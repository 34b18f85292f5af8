import type { DeleteRegistryPolicyRequest, DeleteRegistryPolicyResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { registryPolicyNotFound } from "../errors.ts";
import { onRegistry } from "../permissions.ts";
import { putRegistry, readRegistry } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRegistryPolicy.html */
export const deleteRegistryPolicy = defineOperation<
  EcrDependencies,
  DeleteRegistryPolicyRequest,
  DeleteRegistryPolicyResponse
>({
  authorise: onRegistry("DeleteRegistryPolicy"),
  handle: async (_input, call, { store }) =>
    store.transaction(async (transaction) => {
      const { policy, ...registry } = await readRegistry(transaction, call);
      if (policy === undefined) throw registryPolicyNotFound(call.accountId);
      putRegistry(transaction, registry);
      return { registryId: call.accountId, policyText: policy };
    }),
});
