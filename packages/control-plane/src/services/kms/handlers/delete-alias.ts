import type { DeleteAliasRequest } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { aliasNotFound, reservedAlias } from "../errors.ts";
import { aliasArn, checkAliasName } from "../names.ts";
import { permissionOnReference, scopeOf } from "../permissions.ts";
import { findAlias, removeAlias } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html */
export const deleteAlias = defineOperation<KmsDependencies, DeleteAliasRequest, Record<string, never>>({
  authorise: {
    kind: "permissions",
    permissions: async (input, call, { store, clock }) => {
      const scope = scopeOf(call);
      const action = "kms:DeleteAlias";
      const alias = { kind: "alias", scope, name: input.AliasName ?? "" } as const;
      return [
        { action, resources: [aliasArn(scope, alias.name)] },
        await store.read((transaction) =>
          permissionOnReference(transaction, alias, { action, caller: call.principal, now: clock.now() }),
        ),
      ];
    },
  },
  handle: async (input, call, { store }) => {
    const scope = scopeOf(call);
    const name = checkAliasName(input.AliasName);
    if (name.startsWith("alias/aws/")) throw reservedAlias();
    await store.transaction(async (transaction) => {
      const alias = await findAlias(transaction, scope, name);
      if (alias === undefined) throw aliasNotFound(aliasArn(scope, name));
      removeAlias(transaction, alias);
    });
    return {};
  },
});
