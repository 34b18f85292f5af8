import type { RejectVpcPeeringConnectionRequest, RejectVpcPeeringConnectionResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { onIds } from "../permissions.ts";
import { putPeering, requireStatus, requireVpcPeering } from "../vpc-peerings.ts";

export const rejectVpcPeeringConnection = defineOperation<
  Ec2Dependencies,
  RejectVpcPeeringConnectionRequest,
  RejectVpcPeeringConnectionResult
>({
  authorise: onIds("RejectVpcPeeringConnection", (input) => [input.VpcPeeringConnectionId]),
  handle: async (input, call, { store, clock }) => {
    const now = clock.now();
    await store.transaction(async (transaction) => {
      const peering = await requireVpcPeering(transaction, scopeOfCall(call), input.VpcPeeringConnectionId);
      requireStatus(peering, now, ["pending-acceptance"], "rejected");
      putPeering(transaction, { ...peering, status: "rejected", changedAt: now });
    });
    return { Return: true };
  },
});
