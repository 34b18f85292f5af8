import type { DescribeNetworkInterfacesRequest, DescribeNetworkInterfacesResult } from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describableNetworkInterface } from "../describables.ts";
import { describe } from "../describe.ts";
import { networkInterfacesOf, securityGroupsOf } from "../repository.ts";
import { networkInterfaceView } from "../views/network-interface.ts";

export const describeNetworkInterfaces = defineOperation<
  Ec2Dependencies,
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult
>({
  authorise: permission("ec2:DescribeNetworkInterfaces", () => ["*"]),
  handle: async (input, call, { store }) => {
    const all = await store.read(async (transaction) => {
      const groups = await securityGroupsOf(transaction, scopeOfCall(call));
      const groupNames: ReadonlyMap<string, string> = new Map(groups.map(({ id, name }) => [id, name]));
      const records = await networkInterfacesOf(transaction, scopeOfCall(call));
      return records.map((record) => ({ ...record, groupNames }));
    });
    const page = describe(all, describableNetworkInterface, {
      ids: input.NetworkInterfaceIds,
      filters: input.Filters,
      maxResults: input.MaxResults,
      nextToken: input.NextToken,
    });
    return {
      NetworkInterfaces: page.items.map((record) => networkInterfaceView(record, record.groupNames)),
      NextToken: page.nextToken,
    };
  },
});
