import type { GetHostedZoneRequest, GetHostedZoneResponse } from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { onZone } from "../permissions.ts";
import { readZone } from "../repository.ts";
import { vpcView, zoneView } from "../views.ts";
import { nameServers } from "../zones.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZone.html */
export const getHostedZone = defineOperation<Route53Dependencies, GetHostedZoneRequest, GetHostedZoneResponse>({
  authorise: onZone("route53:GetHostedZone"),
  handle: async ({ Id: id }, { accountId }, { store }) => {
    const zone = await store.read((transaction) => readZone(transaction, id, accountId));
    return {
      HostedZone: zoneView(zone),
      ...(zone.isPrivate ? { VPCs: zone.vpcs.map(vpcView) } : { DelegationSet: { NameServers: [...nameServers] } }),
    };
  },
});
