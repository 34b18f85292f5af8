import type { DisableVgwRoutePropagationRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, routeTables } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { requireRouteTable, requireVpnGateway } from "../ownership.ts";
import { onIds } from "../permissions.ts";

export const disableVgwRoutePropagation = defineOperation<
  Ec2Dependencies,
  DisableVgwRoutePropagationRequest,
  Record<string, never>
>({
  authorise: onIds("DisableVgwRoutePropagation", (input) => [input.RouteTableId]),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    await store.transaction(async (transaction) => {
      const gateway = await requireVpnGateway(transaction, scope, input.GatewayId);
      const table = await requireRouteTable(transaction, scope, input.RouteTableId);
      const { propagatingGateways, ...rest } = table;
      const left = (propagatingGateways ?? []).filter((id) => id !== gateway.id);
      const changed = left.length === 0 ? rest : { ...rest, propagatingGateways: left };
      transaction.put(routeTables, keyInVpc(table), changed);
    });
    return {};
  },
});
