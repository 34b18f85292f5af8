import type { ListGrantsRequest, ListGrantsResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { pageOf } from "../pages.ts";
import { onKey, scopeOf } from "../permissions.ts";
import { grantsOf, requireKeyById } from "../repository.ts";
import { grantView } from "../views.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html */
export const listGrants = defineOperation<KmsDependencies, ListGrantsRequest, ListGrantsResponse>({
  authorise: onKey("kms:ListGrants", ({ KeyId }) => KeyId),
  handle: async (input, call, { store, clock }) => {
    const all = await store.read(async (transaction) =>
      grantsOf(transaction, await requireKeyById(transaction, scopeOf(call), input.KeyId, clock.now())),
    );
    const { GrantId, GranteePrincipal } = input;
    const wanted = all.filter(
      (grant) =>
        (GrantId === undefined || grant.grantId === GrantId) &&
        (GranteePrincipal === undefined || grant.granteePrincipal === GranteePrincipal),
    );
    const { items, marker } = pageOf(wanted, ({ grantId }) => grantId, input, 100);
    return { Grants: items.map(grantView), ...marker };
  },
});
