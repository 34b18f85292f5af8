import type { AssociateAddressRequest, AssociateAddressResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { associateElasticAddress, disassociateElasticAddress, requireNamedAddress } from "../elastic-addresses.ts";
import { alreadyAssociated, gatewayNotAttached, notSupported, operationNotPermitted } from "../errors.ts";
import { guardVpc, requireNetworkInterface, requireVpc } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import { internetGatewayOfVpc } from "../repository.ts";

export const associateAddress = defineOperation<Ec2Dependencies, AssociateAddressRequest, AssociateAddressResult>({
  authorise: onIds("AssociateAddress", (input) => [input.AllocationId, input.NetworkInterfaceId]),
  handle: async (input, call, { store, publicAddresses }) => {
    refuseParameters(input, ["InstanceId"]);
    return store.transaction(async (transaction) => {
      const scope = scopeOfCall(call);
      const address = await requireNamedAddress(transaction, scope, input);
      const record = await requireNetworkInterface(transaction, scope, input.NetworkInterfaceId);
      if (input.PrivateIpAddress !== undefined && input.PrivateIpAddress !== record.privateAddress) {
        throw notSupported("A public address for a secondary private one");
      }
      if (record.interfaceType !== undefined && record.interfaceType !== "interface") {
        throw operationNotPermitted(`You are not allowed to manage '${record.id}' attachments.`);
      }
      const vpc = await requireVpc(transaction, scope, record.vpcId);
      await guardVpc(transaction, vpc.id);
      if ((await internetGatewayOfVpc(transaction, vpc)) === undefined) {
        throw gatewayNotAttached(`Network ${vpc.id} is not attached to any internet gateway`);
      }
      const { association } = address;
      if (association?.networkInterfaceId === record.id) return { AssociationId: association.id };
      if (association !== undefined) {
        if (input.AllowReassociation !== true || association.natGatewayId !== undefined) {
          throw alreadyAssociated(`resource ${address.id} is already associated with associate-id ${association.id}`);
        }
        await disassociateElasticAddress(transaction, address);
      }
      return {
        AssociationId: await associateElasticAddress(transaction, address, record, publicAddresses),
      };
    });
  },
});
