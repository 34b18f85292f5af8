import type { CreateRouteRequest, CreateRouteResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { requireRouteTable } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { addRoute } from "../routes.ts";

export const createRoute = defineOperation<Ec2Dependencies, CreateRouteRequest, CreateRouteResult>({
  authorise: onIds("CreateRoute", (input) => [input.RouteTableId]),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const table = await requireRouteTable(transaction, scopeOfCall(call), input.RouteTableId);
      await addRoute(transaction, table, input);
    });
    return { Return: true };
  },
});
