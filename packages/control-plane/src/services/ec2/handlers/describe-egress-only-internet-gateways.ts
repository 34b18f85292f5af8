import type {
  DescribeEgressOnlyInternetGatewaysRequest,
  DescribeEgressOnlyInternetGatewaysResult,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describePage } from "../describe-page.ts";
import { describableEgressOnlyInternetGateway } from "../gateway-describables.ts";
import { onEverything } from "../permissions.ts";
import { egressOnlyInternetGatewaysOf } from "../repository.ts";
import { egressOnlyInternetGatewayView } from "../views/gateways.ts";

export const describeEgressOnlyInternetGateways = defineOperation<
  Ec2Dependencies,
  DescribeEgressOnlyInternetGatewaysRequest,
  DescribeEgressOnlyInternetGatewaysResult
>({
  authorise: onEverything("DescribeEgressOnlyInternetGateways"),
  handle: async (input, call, { store }) => {
    const all = await store.read((transaction) => egressOnlyInternetGatewaysOf(transaction, scopeOfCall(call)));
    const { views, NextToken } = describePage(
      all,
      describableEgressOnlyInternetGateway,
      input,
      input.EgressOnlyInternetGatewayIds,
      egressOnlyInternetGatewayView,
    );
    return { EgressOnlyInternetGateways: views, NextToken };
  },
});
