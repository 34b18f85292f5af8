import type {
  ListVPCAssociationAuthorizationsRequest,
  ListVPCAssociationAuthorizationsResponse,
} from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { pageOf, pageSize } from "../paging.ts";
import { onZone } from "../permissions.ts";
import { readZone } from "../repository.ts";
import { vpcView } from "../views.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListVPCAssociationAuthorizations.html */
export const listVpcAssociationAuthorizations = defineOperation<
  Route53Dependencies,
  ListVPCAssociationAuthorizationsRequest,
  ListVPCAssociationAuthorizationsResponse
>({
  authorise: onZone("route53:ListVPCAssociationAuthorizations"),
  handle: async (input, { accountId }, { store }) => {
    const size = pageSize(input.MaxResults, 50);
    const zone = await store.read((transaction) => readZone(transaction, input.HostedZoneId, accountId));
    const { NextToken: token } = input;
    const sorted = zone.authorizations.toSorted((left, right) => (left.vpcId < right.vpcId ? -1 : 1));
    const { page, next } = pageOf(sorted, size, token ? ({ vpcId }) => vpcId >= token : undefined);
    return {
      HostedZoneId: zone.id,
      VPCs: page.map(vpcView),
      ...(next === undefined ? {} : { NextToken: next.vpcId }),
    };
  },
});
