import type { CreateRouteTableRequest, CreateRouteTableResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, type RouteTableRecord, routeTables } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { tooManyRouteTables } from "../errors.ts";
import { guardVpc, requireVpc } from "../ownership.ts";
import { onNew } from "../permissions.ts";
import { routeTablesInVpc } from "../repository.ts";
import { readTagSpecifications } from "../tags.ts";
import { routeTableView } from "../views/route-table.ts";
import { localRoutes } from "../vpc-creation.ts";

/** AWS's quota of tables in one VPC. */
const maximumTables = 200;

export const createRouteTable = defineOperation<Ec2Dependencies, CreateRouteTableRequest, CreateRouteTableResult>({
  authorise: onNew("CreateRouteTable", "route-table", (input) => [input.VpcId]),
  handle: async (input, call, { store }) => {
    const tags = readTagSpecifications(input.TagSpecifications, "route-table");
    return store.transaction(async (transaction) => {
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
      return {
        RouteTable: routeTableView(table, new Set()),
        ...(input.ClientToken === undefined ? {} : { ClientToken: input.ClientToken }),
      };
    });
  },
});
