import type { AttachInternetGatewayRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { internetGateways } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { alreadyAssociated, invalidParameterValue } from "../errors.ts";
import { guardVpc, requireInternetGateway, requireVpc, touchVpc } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { internetGatewayOfVpc } from "../repository.ts";

export const attachInternetGateway = defineOperation<
  Ec2Dependencies,
  AttachInternetGatewayRequest,
  Record<string, never>
>({
  authorise: onIds("AttachInternetGateway", (input) => [input.InternetGatewayId, input.VpcId]),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const gateway = await requireInternetGateway(transaction, scopeOfCall(call), input.InternetGatewayId);
      const vpc = await requireVpc(transaction, scopeOfCall(call), input.VpcId);
      if (gateway.vpcId !== undefined) {
        throw alreadyAssociated(`resource ${gateway.id} is already attached to network ${gateway.vpcId}`);
      }
      await guardVpc(transaction, vpc.id);
      if ((await internetGatewayOfVpc(transaction, vpc)) !== undefined) {
        throw invalidParameterValue(`Network ${vpc.id} already has an internet gateway attached`);
      }
      transaction.put(internetGateways, gateway.id, { ...gateway, vpcId: vpc.id });
      touchVpc(transaction, vpc.id);
    });
    return {};
  },
});
