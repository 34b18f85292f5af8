import type { AttachVpnGatewayRequest, AttachVpnGatewayResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterValue, vpnGatewayAttachmentLimit } from "../errors.ts";
import { guardVpc, requireVpc, requireVpnGateway } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { vpnGatewayOfVpc, vpnGateways } from "../vpn-collections.ts";

export const attachVpnGateway = defineOperation<Ec2Dependencies, AttachVpnGatewayRequest, AttachVpnGatewayResult>({
  authorise: onIds("AttachVpnGateway", (input) => [input.VpnGatewayId, input.VpcId]),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    const VpcId = await store.transaction(async (transaction) => {
      const gateway = await requireVpnGateway(transaction, scope, input.VpnGatewayId);
      const vpc = await requireVpc(transaction, scope, input.VpcId);
      if (gateway.vpcId === vpc.id) return vpc.id;
      if (gateway.vpcId !== undefined) throw vpnGatewayAttachmentLimit(gateway.id, gateway.vpcId);
      if ((await vpnGatewayOfVpc(transaction, vpc)) !== undefined) {
        throw invalidParameterValue(`Network ${vpc.id} already has a virtual private gateway attached`);
      }
      await guardVpc(transaction, vpc.id);
      transaction.put(vpnGateways, gateway.id, { ...gateway, vpcId: vpc.id });
      return vpc.id;
    });
    return { VpcAttachment: { State: "attached", VpcId } };
  },
});
