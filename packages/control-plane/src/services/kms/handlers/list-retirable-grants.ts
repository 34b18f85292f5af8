import type { ListGrantsResponse, ListRetirableGrantsRequest } from "@aws-sdk/client-kms";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { pageOf } from "../pages.ts";
import { scopeOf } from "../permissions.ts";
import { grantsToRetire } from "../repository.ts";
import { grantView } from "../views.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListRetirableGrants.html */
export const listRetirableGrants = defineOperation<KmsDependencies, ListRetirableGrantsRequest, ListGrantsResponse>({
  authorise: permission("kms:ListRetirableGrants", () => ["*"]),
  handle: async (input, call, { store }) => {
    const scope = scopeOf(call);
    const all = await store.read((transaction) => grantsToRetire(transaction, input.RetiringPrincipal ?? ""));
    const here = all.filter(({ accountId, region }) => accountId === scope.accountId && region === scope.region);
    const { items, marker } = pageOf(here, ({ grantId }) => grantId, input, 100);
    return { Grants: items.map(grantView), ...marker };
  },
});
