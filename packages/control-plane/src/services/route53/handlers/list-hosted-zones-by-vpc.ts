import type { ListHostedZonesByVPCRequest, ListHostedZonesByVPCResponse } from "@aws-sdk/client-route-53";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { pageOf, pageSize } from "../paging.ts";
import { zonesOfVpc } from "../repository.ts";
import { vpcOfCaller } from "../requests.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByVPC.html */
export const listHostedZonesByVpc = defineOperation<
  Route53Dependencies,
  ListHostedZonesByVPCRequest,
  ListHostedZonesByVPCResponse
>({
  authorise: permission("route53:ListHostedZonesByVPC", () => ["*"]),
  handle: async (input, { accountId }, { store, findVpc }) => {
    const size = pageSize(input.MaxItems);
    const { VPCId: vpcId = "", NextToken: token } = input;
    const zones = await store.read(async (transaction) => {
      await vpcOfCaller(transaction, { VPCId: vpcId, VPCRegion: input.VPCRegion }, accountId, findVpc);
      return zonesOfVpc(transaction, vpcId);
    });
    const sorted = zones.toSorted((left, right) => (left.id < right.id ? -1 : 1));
    const { page, next } = pageOf(sorted, size, token ? ({ id }) => id >= token : undefined);
    return {
      HostedZoneSummaries: page.map((zone) => ({
        HostedZoneId: zone.id,
        Name: zone.name,
        Owner:
          zone.linkedService === undefined
            ? { OwningAccount: zone.accountId }
            : { OwningService: zone.linkedService.principal },
      })),
      MaxItems: size,
      ...(next === undefined ? {} : { NextToken: next.id }),
    };
  },
});
