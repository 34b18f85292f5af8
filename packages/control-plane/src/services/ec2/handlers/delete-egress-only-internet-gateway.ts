import type {
  DeleteEgressOnlyInternetGatewayRequest,
  DeleteEgressOnlyInternetGatewayResult,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc } from "../collections.ts";
import { egressOnlyInternetGateways } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { requireEgressOnlyInternetGateway } from "../ownership.ts";
import { onIds } from "../permissions.ts";

export const deleteEgressOnlyInternetGateway = defineOperation<
  Ec2Dependencies,
  DeleteEgressOnlyInternetGatewayRequest,
  DeleteEgressOnlyInternetGatewayResult
>({
  authorise: onIds("DeleteEgressOnlyInternetGateway", (input) => [input.EgressOnlyInternetGatewayId]),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const gateway = await requireEgressOnlyInternetGateway(
        transaction,
        scopeOfCall(call),
        input.EgressOnlyInternetGatewayId,
      );
      transaction.delete(egressOnlyInternetGateways, keyInVpc(gateway));
    });
    return { ReturnCode: true };
  },
});
