import type { DetachVpnGatewayRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, routeTables } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { vpnGatewayAttachmentNotFound } from "../errors.ts";
import { guardVpc, requireVpc, requireVpnGateway } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { routeTablesInVpc } from "../repository.ts";
import { vpnGateways } from "../vpn-collections.ts";

/** Tables to which it passed routes on do so no more. */
export const detachVpnGateway = defineOperation<Ec2Dependencies, DetachVpnGatewayRequest, Record<string, never>>({
  authorise: onIds("DetachVpnGateway", (input) => [input.VpnGatewayId, input.VpcId]),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    await store.transaction(async (transaction) => {
      const gateway = await requireVpnGateway(transaction, scope, input.VpnGatewayId);
      const vpc = await requireVpc(transaction, scope, input.VpcId);
      const { vpcId, ...detached } = gateway;
      if (vpcId !== vpc.id) throw vpnGatewayAttachmentNotFound(gateway.id, vpc.id);
      await guardVpc(transaction, vpc.id);
      transaction.put(vpnGateways, gateway.id, detached);
      for (const table of await routeTablesInVpc(transaction, vpc.id)) {
        const { propagatingGateways, ...rest } = table;
        if (propagatingGateways?.includes(gateway.id)) transaction.put(routeTables, keyInVpc(table), rest);
      }
    });
    return {};
  },
});
