import type { ReplaceRouteRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { requireRouteTable } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { replaceRouteTarget } from "../routes.ts";

export const replaceRoute = defineOperation<Ec2Dependencies, ReplaceRouteRequest, Record<string, never>>({
  authorise: onIds("ReplaceRoute", (input) => [input.RouteTableId]),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const table = await requireRouteTable(transaction, scopeOfCall(call), input.RouteTableId);
      await replaceRouteTarget(transaction, table, input);
    });
    return {};
  },
});
