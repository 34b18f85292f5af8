import type { ListAliasesRequest, ListAliasesResponse } from "@aws-sdk/client-kms";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { pageOf } from "../pages.ts";
import { scopeOf } from "../permissions.ts";
import { aliasesIn, aliasesOf, requireKeyById } from "../repository.ts";
import { aliasView } from "../views.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html */
export const listAliases = defineOperation<KmsDependencies, ListAliasesRequest, ListAliasesResponse>({
  authorise: permission("kms:ListAliases", () => ["*"]),
  handle: async (input, call, { store, clock }) => {
    const all = await store.read(async (transaction) =>
      input.KeyId === undefined
        ? aliasesIn(transaction, scopeOf(call))
        : aliasesOf(transaction, await requireKeyById(transaction, scopeOf(call), input.KeyId, clock.now())),
    );
    const { items, marker } = pageOf(all, ({ name }) => name, input, 100);
    return { Aliases: items.map(aliasView), ...marker };
  },
});
