import type { CreateRouteTableRequest, CreateRouteTableResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Transaction } from "../../../state/store.ts";
import { makeOnce, tokenIn } from "../client-token.ts";
import { keyInVpc, type RouteTableRecord, routeTables } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { tooManyRouteTables } from "../errors.ts";
import { idIn } from "../kept-results.ts";
import { liveTargetsOf } from "../live-targets.ts";
import { guardVpc, requireRouteTable, requireVpc } from "../ownership.ts";
import { onNew } from "../permissions.ts";
import { routeTablesInVpc } from "../repository.ts";
import { readTagSpecifications } from "../tags.ts";
import { routeTableView } from "../views/route-table.ts";
import { localRoutes } from "../vpc-creation.ts";

/** AWS's quota of tables in one VPC. */
const maximumTables = 200;

export const createRouteTable = defineOperation<Ec2Dependencies, CreateRouteTableRequest, CreateRouteTableResult>({
  authorise: onNew("CreateRouteTable", "route-table", (input) => [input.VpcId]),
  handle: async (input, call, { store, clock }) => {
    const tags = readTagSpecifications(input.TagSpecifications, "route-table");
    const make = async (transaction: Transaction): Promise<RouteTableRecord> => {
      const vpc = await requireVpc(transaction, scopeOfCall(call), input.VpcId);
      await guardVpc(transaction, vpc.id);
      const others = await routeTablesInVpc(transaction, vpc.id);
      if (others.length >= maximumTables) throw tooManyRouteTables();
      const table: RouteTableRecord = {
        ...scopeOfCall(call),
        tags,
        id: newEc2Id("rtb"),
        vpcId: vpc.id,
        routes: localRoutes(vpc),
        associations: [],
      };
      transaction.insert(routeTables, keyInVpc(table), table);
      return table;
    };
    const answer = (table: RouteTableRecord, liveTargets: ReadonlySet<string>): CreateRouteTableResult => ({
      RouteTable: routeTableView(table, liveTargets),
      ...tokenIn(input),
    });
    return store.transaction((transaction) =>
      makeOnce<CreateRouteTableResult>(transaction, call, clock, {
        operation: "CreateRouteTable",
        input,
        make: async () => answer(await make(transaction), new Set()),
        repeat: async (kept) => {
          const id = idIn(kept, "RouteTable", "RouteTableId");
          const table = await requireRouteTable(transaction, scopeOfCall(call), id);
          const vpc = { ...scopeOfCall(call), id: table.vpcId };
          return answer(table, await liveTargetsOf(transaction, vpc, [table]));
        },
      }),
    );
  },
});
