import type { GetKeyPolicyRequest, GetKeyPolicyResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { policyNotFound } from "../errors.ts";
import { onKey, scopeOf } from "../permissions.ts";
import { requireKeyById } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html */
export const getKeyPolicy = defineOperation<KmsDependencies, GetKeyPolicyRequest, GetKeyPolicyResponse>({
  authorise: onKey("kms:GetKeyPolicy", ({ KeyId }) => KeyId),
  handle: async ({ KeyId, PolicyName = "default" }, call, { store, clock }) => {
    const key = await store.read((transaction) => requireKeyById(transaction, scopeOf(call), KeyId, clock.now()));
    if (PolicyName !== "default") throw policyNotFound();
    return { Policy: key.policy, PolicyName };
  },
});
