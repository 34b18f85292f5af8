import type {
  CreateEgressOnlyInternetGatewayRequest,
  CreateEgressOnlyInternetGatewayResult,
} from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc } from "../collections.ts";
import { type EgressOnlyInternetGatewayRecord, egressOnlyInternetGateways } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { guardVpc, requireVpc } from "../ownership.ts";
import { onNew } from "../permissions.ts";
import { readTagSpecifications } from "../tags.ts";
import { egressOnlyInternetGatewayView } from "../views/gateways.ts";

export const createEgressOnlyInternetGateway = defineOperation<
  Ec2Dependencies,
  CreateEgressOnlyInternetGatewayRequest,
  CreateEgressOnlyInternetGatewayResult
>({
  authorise: onNew("CreateEgressOnlyInternetGateway", "egress-only-internet-gateway", (input) => [input.VpcId]),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    return store.transaction(async (transaction) => {
      const vpc = await requireVpc(transaction, scope, input.VpcId);
      await guardVpc(transaction, vpc.id);
      const gateway: EgressOnlyInternetGatewayRecord = {
        ...scope,
        tags: readTagSpecifications(input.TagSpecifications, "egress-only-internet-gateway"),
        id: newEc2Id("eigw"),
        vpcId: vpc.id,
      };
      transaction.insert(egressOnlyInternetGateways, keyInVpc(gateway), gateway);
      return {
        ...(input.ClientToken === undefined ? {} : { ClientToken: input.ClientToken }),
        EgressOnlyInternetGateway: egressOnlyInternetGatewayView(gateway),
      };
    });
  },
});
