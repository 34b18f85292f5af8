import type { DescribeCustomerGatewaysRequest, DescribeCustomerGatewaysResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describePage } from "../describe-page.ts";
import { onEverything } from "../permissions.ts";
import { customerGatewayView } from "../views/vpn.ts";
import { customerGatewaysOf } from "../vpn-collections.ts";
import { describableCustomerGateway } from "../vpn-describables.ts";

export const describeCustomerGateways = defineOperation<
  Ec2Dependencies,
  DescribeCustomerGatewaysRequest,
  DescribeCustomerGatewaysResult
>({
  authorise: onEverything("DescribeCustomerGateways"),
  handle: async ({ Filters, CustomerGatewayIds }, call, { store }) => {
    const all = await store.read((transaction) => customerGatewaysOf(transaction, scopeOfCall(call)));
    const { views } = describePage(
      all,
      describableCustomerGateway,
      { Filters },
      CustomerGatewayIds,
      customerGatewayView,
    );
    return { CustomerGateways: views };
  },
});
