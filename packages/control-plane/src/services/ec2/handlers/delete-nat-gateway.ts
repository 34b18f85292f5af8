import type { DeleteNatGatewayRequest, DeleteNatGatewayResult } from "@aws-sdk/client-ec2";
import type { VpcId } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Transaction } from "../../../state/store.ts";
import { keyInVpc } from "../collections.ts";
import { natGateways } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { releaseNetworkInterfaceTo } from "../interface-records.ts";
import { requireNatGateway } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { natGatewaysInVpc } from "../repository.ts";
import { isForgotten } from "../told-of-nat-gateways.ts";

export const deleteNatGateway = defineOperation<Ec2Dependencies, DeleteNatGatewayRequest, DeleteNatGatewayResult>({
  authorise: onIds("DeleteNatGateway", (input) => [input.NatGatewayId]),
  handle: async (input, call, { store, clock, publicAddresses }) => {
    const id = await store.transaction(async (transaction) => {
      const gateway = await requireNatGateway(transaction, scopeOfCall(call), input.NatGatewayId);
      if (gateway.deletedAt !== undefined) return gateway.id;
      await releaseNetworkInterfaceTo(transaction, gateway.networkInterfaceId, publicAddresses);
      await forgetDeletedGateways(transaction, gateway.vpcId, clock.now());
      transaction.put(natGateways, keyInVpc(gateway), { ...gateway, deletedAt: clock.now() });
      return gateway.id;
    });
    return { NatGatewayId: id };
  },
});

const forgetDeletedGateways = async (transaction: Transaction, vpcId: VpcId, now: number): Promise<void> => {
  for (const gateway of await natGatewaysInVpc(transaction, vpcId)) {
    if (isForgotten(gateway, now)) transaction.delete(natGateways, keyInVpc(gateway));
  }
};
