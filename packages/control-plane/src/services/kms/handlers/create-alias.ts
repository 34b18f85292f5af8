import type { CreateAliasRequest } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { aliasExists, reservedAlias } from "../errors.ts";
import { checkCustomerManaged, checkNotPendingDeletion } from "../key-changes.ts";
import { aliasArn, checkAliasName, parseKeyReference } from "../names.ts";
import { permissionOnReference, scopeOf } from "../permissions.ts";
import { findAlias, putAlias, requireKeyById } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
export const createAlias = defineOperation<KmsDependencies, CreateAliasRequest, Record<string, never>>({
  authorise: {
    kind: "permissions",
    permissions: async (input, call, { store, clock }) => {
      const scope = scopeOf(call);
      const reference = parseKeyReference(input.TargetKeyId, scope, "targetKeyId");
      const action = "kms:CreateAlias";
      return [
        { action, resources: [aliasArn(scope, input.AliasName ?? "")] },
        await store.read((transaction) =>
          permissionOnReference(transaction, reference, { action, caller: call.principal, now: clock.now() }),
        ),
      ];
    },
  },
  handle: async (input, call, { store, clock }) => {
    const scope = scopeOf(call);
    const name = checkAliasName(input.AliasName);
    if (name.startsWith("alias/aws/")) throw reservedAlias();
    const now = clock.now();
    await store.transaction(async (transaction) => {
      const key = await requireKeyById(transaction, scope, input.TargetKeyId, now);
      checkCustomerManaged(key, "CreateAlias");
      checkNotPendingDeletion(key);
      if ((await findAlias(transaction, scope, name)) !== undefined) throw aliasExists(aliasArn(scope, name));
      putAlias(transaction, { ...scope, name, keyId: key.keyId, createdAt: now, updatedAt: now });
    });
    return {};
  },
});
