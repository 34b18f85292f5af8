import type { DescribeRouteTablesRequest, DescribeRouteTablesResult } from "@aws-sdk/client-ec2";
import type { VpcId } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describableRouteTable } from "../describables.ts";
import { describePage } from "../describe-page.ts";
import { liveTargetsOf } from "../live-targets.ts";
import { onEverything } from "../permissions.ts";
import { routeTablesOf } from "../repository.ts";
import { routeTableView } from "../views/route-table.ts";

export const describeRouteTables = defineOperation<
  Ec2Dependencies,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult
>({
  authorise: onEverything("DescribeRouteTables"),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    const all = await store.read(async (transaction) => {
      const tables = await routeTablesOf(transaction, scope);
      const live = new Map<VpcId, ReadonlySet<string>>();
      for (const { vpcId } of tables) {
        if (!live.has(vpcId)) live.set(vpcId, await liveTargetsOf(transaction, { ...scope, id: vpcId }, tables));
      }
      return tables.map((table) => ({ ...table, liveTargets: live.get(table.vpcId) ?? new Set<string>() }));
    });
    const { views, NextToken } = describePage(all, describableRouteTable, input, input.RouteTableIds, (table) =>
      routeTableView(table, table.liveTargets),
    );
    return { RouteTables: views, NextToken };
  },
});
