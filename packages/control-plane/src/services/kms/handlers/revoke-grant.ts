import type { RevokeGrantRequest } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { dryRun, grantNotFound } from "../errors.ts";
import { onKey, scopeOf } from "../permissions.ts";
import { findGrant, removeGrant, requireKeyById } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html */
export const revokeGrant = defineOperation<KmsDependencies, RevokeGrantRequest, Record<string, never>>({
  authorise: onKey("kms:RevokeGrant", ({ KeyId }) => KeyId),
  handle: async ({ KeyId, GrantId = "", DryRun }, call, { store, clock }) => {
    const scope = scopeOf(call);
    await store.transaction(async (transaction) => {
      const key = await requireKeyById(transaction, scope, KeyId, clock.now());
      const grant = await findGrant(transaction, scope, GrantId);
      if (grant === undefined || grant.keyId !== key.keyId) throw grantNotFound(GrantId);
      if (DryRun === true) throw dryRun();
      removeGrant(transaction, grant);
    });
    return {};
  },
});
