import type { DeleteVpnGatewayRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { incorrectState } from "../errors.ts";
import { requireVpnGateway } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { vpnGateways } from "../vpn-collections.ts";

export const deleteVpnGateway = defineOperation<Ec2Dependencies, DeleteVpnGatewayRequest, Record<string, never>>({
  authorise: onIds("DeleteVpnGateway", (input) => [input.VpnGatewayId]),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const { id, vpcId } = await requireVpnGateway(transaction, scopeOfCall(call), input.VpnGatewayId);
      if (vpcId !== undefined) throw incorrectState(`The vpnGateway ${id} is in use by ${vpcId}.`);
      transaction.delete(vpnGateways, id);
    });
    return {};
  },
});
