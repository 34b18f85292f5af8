import type { DescribeVpcsRequest, DescribeVpcsResult } from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describableVpc } from "../describables.ts";
import { describe } from "../describe.ts";
import { vpcsOf } from "../repository.ts";
import { vpcView } from "../views/network.ts";

export const describeVpcs = defineOperation<Ec2Dependencies, DescribeVpcsRequest, DescribeVpcsResult>({
  authorise: permission("ec2:DescribeVpcs", () => ["*"]),
  handle: async (input, call, { store }) => {
    const all = await store.read((transaction) => vpcsOf(transaction, scopeOfCall(call)));
    const page = describe(all, describableVpc, {
      ids: input.VpcIds,
      filters: input.Filters,
      maxResults: input.MaxResults,
      nextToken: input.NextToken,
    });
    return { Vpcs: page.items.map(vpcView), NextToken: page.nextToken };
  },
});
