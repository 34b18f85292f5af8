import type { DeleteRouteRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { requireRouteTable } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { removeRoute } from "../routes.ts";

export const deleteRoute = defineOperation<Ec2Dependencies, DeleteRouteRequest, Record<string, never>>({
  authorise: onIds("DeleteRoute", (input) => [input.RouteTableId]),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const table = await requireRouteTable(transaction, scopeOfCall(call), input.RouteTableId);
      removeRoute(transaction, table, input);
    });
    return {};
  },
});
