import type { ListHostedZonesRequest, ListHostedZonesResponse } from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { notSupported } from "../errors.ts";
import { pageOf, pageSize } from "../paging.ts";
import { onAccount } from "../permissions.ts";
import { zonesOfAccount } from "../repository.ts";
import { zoneView } from "../views.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZones.html */
export const listHostedZones = defineOperation<Route53Dependencies, ListHostedZonesRequest, ListHostedZonesResponse>({
  authorise: onAccount("route53:ListHostedZones"),
  handle: async (input, { accountId }, { store }) => {
    if (input.DelegationSetId !== undefined) throw notSupported("reusable delegation sets");
    const size = pageSize(input.MaxItems);
    const all = await store.read((transaction) => zonesOfAccount(transaction, accountId));
    const wanted = all
      .filter(({ isPrivate }) => input.HostedZoneType === undefined || isPrivate)
      .toSorted((left, right) => (left.id < right.id ? -1 : 1));
    const { Marker: marker } = input;
    const { page, next } = pageOf(wanted, size, marker ? ({ id }) => id >= marker : undefined);
    return {
      HostedZones: page.map(zoneView),
      IsTruncated: next !== undefined,
      MaxItems: size,
      Marker: marker ?? "",
      ...(next === undefined ? {} : { NextMarker: next.id }),
    };
  },
});
