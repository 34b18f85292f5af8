import type { DescribeRouteTablesRequest, DescribeRouteTablesResult } from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describableRouteTable } from "../describables.ts";
import { describe } from "../describe.ts";
import { routeTablesOf } from "../repository.ts";
import { routeTableView } from "../views/network.ts";

export const describeRouteTables = defineOperation<
  Ec2Dependencies,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult
>({
  authorise: permission("ec2:DescribeRouteTables", () => ["*"]),
  handle: async (input, call, { store }) => {
    const all = await store.read((transaction) => routeTablesOf(transaction, scopeOfCall(call)));
    const page = describe(all, describableRouteTable, {
      ids: input.RouteTableIds,
      filters: input.Filters,
      maxResults: input.MaxResults,
      nextToken: input.NextToken,
    });
    return { RouteTables: page.items.map(routeTableView), NextToken: page.nextToken };
  },
});
