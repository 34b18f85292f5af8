import type { UpdateAliasRequest } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { aliasNotFound, reservedAlias, unsupportedOperation } from "../errors.ts";
import { checkCustomerManaged, checkNotPendingDeletion } from "../key-changes.ts";
import { aliasArn, checkAliasName, parseKeyReference } from "../names.ts";
import { permissionOnReference, scopeOf } from "../permissions.ts";
import { findAlias, findKey, putAlias, requireKeyById } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html */
export const updateAlias = defineOperation<KmsDependencies, UpdateAliasRequest, Record<string, never>>({
  authorise: {
    kind: "permissions",
    permissions: async (input, call, { store, clock }) => {
      const scope = scopeOf(call);
      const action = "kms:UpdateAlias";
      const keyCall = { action, caller: call.principal, now: clock.now() };
      const alias = { kind: "alias", scope, name: input.AliasName ?? "" } as const;
      const target = parseKeyReference(input.TargetKeyId, scope, "targetKeyId");
      return store.read(async (transaction) => [
        { action, resources: [aliasArn(scope, alias.name)] },
        await permissionOnReference(transaction, alias, keyCall),
        await permissionOnReference(transaction, target, keyCall),
      ]);
    },
  },
  handle: async (input, call, { store, clock }) => {
    const scope = scopeOf(call);
    const name = checkAliasName(input.AliasName);
    if (name.startsWith("alias/aws/")) throw reservedAlias();
    const now = clock.now();
    await store.transaction(async (transaction) => {
      const alias = await findAlias(transaction, scope, name);
      if (alias === undefined) throw aliasNotFound(aliasArn(scope, name));
      const key = await requireKeyById(transaction, scope, input.TargetKeyId, now);
      checkCustomerManaged(key, "UpdateAlias");
      checkNotPendingDeletion(key);
      const before = await findKey(transaction, scope, alias.keyId, now);
      if (before !== undefined && (before.keyUsage !== key.keyUsage || isSymmetric(before) !== isSymmetric(key))) {
        throw unsupportedOperation("Both keys of an alias must be of the same kind and have the same key usage.");
      }
      putAlias(transaction, { ...alias, keyId: key.keyId, updatedAt: now });
    });
    return {};
  },
});

const isSymmetric = ({ keySpec }: { readonly keySpec: string }): boolean =>
  keySpec === "SYMMETRIC_DEFAULT" || keySpec.startsWith("HMAC_");
