import type { EnableVgwRoutePropagationRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, routeTables } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { gatewayNotAttached } from "../errors.ts";
import { requireRouteTable, requireVpnGateway } from "../ownership.ts";
import { onIds } from "../permissions.ts";

/** A gateway without VPN connections has no route to pass on. */
export const enableVgwRoutePropagation = defineOperation<
  Ec2Dependencies,
  EnableVgwRoutePropagationRequest,
  Record<string, never>
>({
  authorise: onIds("EnableVgwRoutePropagation", (input) => [input.RouteTableId]),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    await store.transaction(async (transaction) => {
      const gateway = await requireVpnGateway(transaction, scope, input.GatewayId);
      const table = await requireRouteTable(transaction, scope, input.RouteTableId);
      if (gateway.vpcId !== table.vpcId) {
        throw gatewayNotAttached(`resource ${gateway.id} is not attached to network ${table.vpcId}`);
      }
      const propagatingGateways = [...new Set([...(table.propagatingGateways ?? []), gateway.id])];
      transaction.put(routeTables, keyInVpc(table), { ...table, propagatingGateways });
    });
    return {};
  },
});
