import type { DescribeVpcEndpointsRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { describableVpcEndpoint } from "../connectivity-describables.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describePage } from "../describe-page.ts";
import { namesOfGroups } from "../group-names.ts";
import { onEverything } from "../permissions.ts";
import { vpcEndpointsOf } from "../repository.ts";
import { type VpcEndpointView, vpcEndpointView } from "../views/vpc-endpoint.ts";

export const describeVpcEndpoints = defineOperation<
  Ec2Dependencies,
  DescribeVpcEndpointsRequest,
  { readonly VpcEndpoints: readonly VpcEndpointView[]; readonly NextToken: string | undefined }
>({
  authorise: onEverything("DescribeVpcEndpoints"),
  handle: async (input, call, { store }) => {
    const { all, names } = await store.read(async (transaction) => {
      const found = await vpcEndpointsOf(transaction, scopeOfCall(call));
      const groups = found.flatMap(({ securityGroupIds }) => securityGroupIds);
      return { all: found, names: await namesOfGroups(transaction, [...new Set(groups)]) };
    });
    const { views, NextToken } = describePage(all, describableVpcEndpoint, input, input.VpcEndpointIds, (endpoint) =>
      vpcEndpointView(endpoint, names),
    );
    return { VpcEndpoints: views, NextToken };
  },
});
