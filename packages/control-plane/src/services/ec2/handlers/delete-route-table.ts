import type { DeleteRouteTableRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, routeTables } from "../collections.ts";
import { vpcEndpoints } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { hasDependencies } from "../errors.ts";
import { requireRouteTable } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { vpcEndpointsInVpc } from "../repository.ts";

export const deleteRouteTable = defineOperation<Ec2Dependencies, DeleteRouteTableRequest, Record<string, never>>({
  authorise: onIds("DeleteRouteTable", (input) => [input.RouteTableId]),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const table = await requireRouteTable(transaction, scopeOfCall(call), input.RouteTableId);
      if (table.associations.length > 0) throw hasDependencies("routeTable", table.id);
      for (const endpoint of await vpcEndpointsInVpc(transaction, table.vpcId)) {
        if (!endpoint.routeTableIds.includes(table.id)) continue;
        const routeTableIds = endpoint.routeTableIds.filter((id) => id !== table.id);
        transaction.put(vpcEndpoints, keyInVpc(endpoint), { ...endpoint, routeTableIds });
      }
      transaction.delete(routeTables, keyInVpc(table));
    });
    return {};
  },
});
