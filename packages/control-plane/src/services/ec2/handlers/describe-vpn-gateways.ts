import type { DescribeVpnGatewaysRequest, DescribeVpnGatewaysResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describePage } from "../describe-page.ts";
import { onEverything } from "../permissions.ts";
import { vpnGatewayView } from "../views/vpn.ts";
import { vpnGatewaysOf } from "../vpn-collections.ts";
import { describableVpnGateway } from "../vpn-describables.ts";

export const describeVpnGateways = defineOperation<
  Ec2Dependencies,
  DescribeVpnGatewaysRequest,
  DescribeVpnGatewaysResult
>({
  authorise: onEverything("DescribeVpnGateways"),
  handle: async ({ Filters, VpnGatewayIds }, call, { store }) => {
    const all = await store.read((transaction) => vpnGatewaysOf(transaction, scopeOfCall(call)));
    const { views } = describePage(all, describableVpnGateway, { Filters }, VpnGatewayIds, vpnGatewayView);
    return { VpnGateways: views };
  },
});
