import type { DescribeNatGatewaysRequest, DescribeNatGatewaysResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describePage } from "../describe-page.ts";
import { describableNatGateway } from "../gateway-describables.ts";
import { onEverything } from "../permissions.ts";
import { natGatewaysOf } from "../repository.ts";
import { isForgotten } from "../told-of-nat-gateways.ts";
import { natGatewayView } from "../views/gateways.ts";

export const describeNatGateways = defineOperation<
  Ec2Dependencies,
  DescribeNatGatewaysRequest,
  DescribeNatGatewaysResult
>({
  authorise: onEverything("DescribeNatGateways"),
  handle: async (input, call, { store, clock }) => {
    const all = await store.read((transaction) => natGatewaysOf(transaction, scopeOfCall(call)));
    const { views, NextToken } = describePage(
      all.filter((gateway) => !isForgotten(gateway, clock.now())),
      describableNatGateway,
      { Filters: input.Filter, MaxResults: input.MaxResults, NextToken: input.NextToken },
      input.NatGatewayIds,
      natGatewayView,
    );
    return { NatGateways: views, NextToken };
  },
});
