import type { PutKeyPolicyRequest } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { policyNotFound } from "../errors.ts";
import { changeKey, checkNotPendingDeletion } from "../key-changes.ts";
import { checkKeyPolicy } from "../key-policy.ts";
import { conditionKey, onKey, scopeOf } from "../permissions.ts";
import { requireKeyById } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html */
export const putKeyPolicy = defineOperation<KmsDependencies, PutKeyPolicyRequest, Record<string, never>>({
  authorise: onKey("kms:PutKeyPolicy", ({ KeyId }) => KeyId, {
    conditionKeys: ({ BypassPolicyLockoutSafetyCheck = false }) =>
      conditionKey("BypassPolicyLockoutSafetyCheck", String(BypassPolicyLockoutSafetyCheck)),
  }),
  handle: async (input, call, dependencies) => {
    const { store, clock } = dependencies;
    if ((input.PolicyName ?? "default") !== "default") throw policyNotFound();
    const found = await store.read((transaction) =>
      requireKeyById(transaction, scopeOf(call), input.KeyId, clock.now()),
    );
    const bypass = input.BypassPolicyLockoutSafetyCheck ?? false;
    const policy = await checkKeyPolicy(input.Policy ?? "", found, call, dependencies, bypass);
    await changeKey(dependencies, call, input.KeyId, "PutKeyPolicy", (key) => {
      checkNotPendingDeletion(key);
      return { ...key, policy };
    });
    return {};
  },
});
