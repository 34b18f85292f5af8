import type { DeleteInternetGatewayRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { internetGateways } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { hasDependencies } from "../errors.ts";
import { requireInternetGateway } from "../ownership.ts";
import { onIds } from "../permissions.ts";

export const deleteInternetGateway = defineOperation<
  Ec2Dependencies,
  DeleteInternetGatewayRequest,
  Record<string, never>
>({
  authorise: onIds("DeleteInternetGateway", (input) => [input.InternetGatewayId]),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const gateway = await requireInternetGateway(transaction, scopeOfCall(call), input.InternetGatewayId);
      if (gateway.vpcId !== undefined) throw hasDependencies("internetGateway", gateway.id);
      transaction.delete(internetGateways, gateway.id);
    });
    return {};
  },
});
