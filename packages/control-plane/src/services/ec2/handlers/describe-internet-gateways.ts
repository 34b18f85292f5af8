import type { DescribeInternetGatewaysRequest } from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describableInternetGateway } from "../describables.ts";
import { describe } from "../describe.ts";
import { internetGatewaysOf } from "../repository.ts";
import { type InternetGatewayView, internetGatewayView } from "../views/network.ts";

export const describeInternetGateways = defineOperation<
  Ec2Dependencies,
  DescribeInternetGatewaysRequest,
  { readonly InternetGateways: readonly InternetGatewayView[]; readonly NextToken: string | undefined }
>({
  authorise: permission("ec2:DescribeInternetGateways", () => ["*"]),
  handle: async (input, call, { store }) => {
    const all = await store.read((transaction) => internetGatewaysOf(transaction, scopeOfCall(call)));
    const page = describe(all, describableInternetGateway, {
      ids: input.InternetGatewayIds,
      filters: input.Filters,
      maxResults: input.MaxResults,
      nextToken: input.NextToken,
    });
    return { InternetGateways: page.items.map(internetGatewayView), NextToken: page.nextToken };
  },
});
