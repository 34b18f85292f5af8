import type {
  CreateEgressOnlyInternetGatewayRequest,
  CreateEgressOnlyInternetGatewayResult,
} from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Transaction } from "../../../state/store.ts";
import { makeOnce, tokenIn } from "../client-token.ts";
import { keyInVpc } from "../collections.ts";
import { type EgressOnlyInternetGatewayRecord, egressOnlyInternetGateways } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { idIn } from "../kept-results.ts";
import { guardVpc, requireEgressOnlyInternetGateway, requireVpc } from "../ownership.ts";
import { onNew } from "../permissions.ts";
import { readTagSpecifications } from "../tags.ts";
import { egressOnlyInternetGatewayView } from "../views/gateways.ts";

export const createEgressOnlyInternetGateway = defineOperation<
  Ec2Dependencies,
  CreateEgressOnlyInternetGatewayRequest,
  CreateEgressOnlyInternetGatewayResult
>({
  authorise: onNew("CreateEgressOnlyInternetGateway", "egress-only-internet-gateway", (input) => [input.VpcId]),
  handle: async (input, call, { store, clock }) => {
    const scope = scopeOfCall(call);
    const make = async (transaction: Transaction): Promise<EgressOnlyInternetGatewayRecord> => {
      const vpc = await requireVpc(transaction, scope, input.VpcId);
      await guardVpc(transaction, vpc.id);
      const gateway: EgressOnlyInternetGatewayRecord = {
        ...scope,
        tags: readTagSpecifications(input.TagSpecifications, "egress-only-internet-gateway"),
        id: newEc2Id("eigw"),
        vpcId: vpc.id,
      };
      transaction.insert(egressOnlyInternetGateways, keyInVpc(gateway), gateway);
      return gateway;
    };
    const answer = (gateway: EgressOnlyInternetGatewayRecord): CreateEgressOnlyInternetGatewayResult => ({
      EgressOnlyInternetGateway: egressOnlyInternetGatewayView(gateway),
      ...tokenIn(input),
    });
    return store.transaction((transaction) =>
      makeOnce<CreateEgressOnlyInternetGatewayResult>(transaction, call, clock, {
        operation: "CreateEgressOnlyInternetGateway",
        input,
        make: async () => answer(await make(transaction)),
        repeat: async (kept) => {
          const id = idIn(kept, "EgressOnlyInternetGateway", "EgressOnlyInternetGatewayId");
          return answer(await requireEgressOnlyInternetGateway(transaction, scope, id));
        },
      }),
    );
  },
});
