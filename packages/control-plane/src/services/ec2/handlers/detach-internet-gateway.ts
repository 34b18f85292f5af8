import type { DetachInternetGatewayRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { internetGateways } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { dependencyIn, gatewayNotAttached } from "../errors.ts";
import { guardVpc, requireInternetGateway, requireVpc, touchVpc } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { networkInterfacesInVpc } from "../repository.ts";

export const detachInternetGateway = defineOperation<
  Ec2Dependencies,
  DetachInternetGatewayRequest,
  Record<string, never>
>({
  authorise: onIds("DetachInternetGateway", (input) => [input.InternetGatewayId, input.VpcId]),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const gateway = await requireInternetGateway(transaction, scopeOfCall(call), input.InternetGatewayId);
      const vpc = await requireVpc(transaction, scopeOfCall(call), input.VpcId);
      const { vpcId, ...detached } = gateway;
      if (vpcId !== vpc.id) throw gatewayNotAttached(`resource ${gateway.id} is not attached to network ${vpc.id}`);
      await guardVpc(transaction, vpc.id);
      const interfaces = await networkInterfacesInVpc(transaction, vpc.id);
      if (interfaces.some(({ publicAddress }) => publicAddress !== undefined)) {
        throw dependencyIn(
          `Network ${vpc.id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
        );
      }
      transaction.put(internetGateways, gateway.id, detached);
      touchVpc(transaction, vpc.id);
    });
    return {};
  },
});
