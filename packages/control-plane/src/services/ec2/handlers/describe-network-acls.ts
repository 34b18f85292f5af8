import type { DescribeNetworkAclsRequest, DescribeNetworkAclsResult } from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describableNetworkAcl } from "../describables.ts";
import { describe } from "../describe.ts";
import { networkAclsOf } from "../repository.ts";
import { networkAclView } from "../views/network.ts";

export const describeNetworkAcls = defineOperation<
  Ec2Dependencies,
  DescribeNetworkAclsRequest,
  DescribeNetworkAclsResult
>({
  authorise: permission("ec2:DescribeNetworkAcls", () => ["*"]),
  handle: async (input, call, { store }) => {
    const all = await store.read((transaction) => networkAclsOf(transaction, scopeOfCall(call)));
    const page = describe(all, describableNetworkAcl, {
      ids: input.NetworkAclIds,
      filters: input.Filters,
      maxResults: input.MaxResults,
      nextToken: input.NextToken,
    });
    return { NetworkAcls: page.items.map(networkAclView), NextToken: page.nextToken };
  },
});
