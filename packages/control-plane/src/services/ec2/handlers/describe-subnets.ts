import type { DescribeSubnetsRequest, DescribeSubnetsResult } from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describableSubnet } from "../describables.ts";
import { describe } from "../describe.ts";
import { freeAddressesOf } from "../interface-records.ts";
import { subnetsOf } from "../repository.ts";
import { subnetView } from "../views/network.ts";

export const describeSubnets = defineOperation<Ec2Dependencies, DescribeSubnetsRequest, DescribeSubnetsResult>({
  authorise: permission("ec2:DescribeSubnets", () => ["*"]),
  handle: async (input, call, { store }) => {
    const all = await store.read(async (transaction) => {
      const counted = [];
      for (const subnet of await subnetsOf(transaction, scopeOfCall(call))) {
        counted.push({ ...subnet, freeAddresses: await freeAddressesOf(transaction, subnet) });
      }
      return counted;
    });
    const page = describe(all, describableSubnet, {
      ids: input.SubnetIds,
      filters: input.Filters,
      maxResults: input.MaxResults,
      nextToken: input.NextToken,
    });
    return {
      Subnets: page.items.map((subnet) => subnetView(subnet, subnet.freeAddresses)),
      NextToken: page.nextToken,
    };
  },
});
