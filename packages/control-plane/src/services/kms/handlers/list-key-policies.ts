import type { ListKeyPoliciesRequest, ListKeyPoliciesResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { onKey, scopeOf } from "../permissions.ts";
import { requireKeyById } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html */
export const listKeyPolicies = defineOperation<KmsDependencies, ListKeyPoliciesRequest, ListKeyPoliciesResponse>({
  authorise: onKey("kms:ListKeyPolicies", ({ KeyId }) => KeyId),
  handle: async ({ KeyId }, call, { store, clock }) => {
    await store.read((transaction) => requireKeyById(transaction, scopeOf(call), KeyId, clock.now()));
    return { PolicyNames: ["default"], Truncated: false };
  },
});
