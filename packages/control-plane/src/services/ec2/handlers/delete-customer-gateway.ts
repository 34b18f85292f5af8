import type { DeleteCustomerGatewayRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { requireCustomerGateway } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { customerGateways } from "../vpn-collections.ts";

export const deleteCustomerGateway = defineOperation<
  Ec2Dependencies,
  DeleteCustomerGatewayRequest,
  Record<string, never>
>({
  authorise: onIds("DeleteCustomerGateway", (input) => [input.CustomerGatewayId]),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const gateway = await requireCustomerGateway(transaction, scopeOfCall(call), input.CustomerGatewayId);
      transaction.delete(customerGateways, gateway.id);
    });
    return {};
  },
});
