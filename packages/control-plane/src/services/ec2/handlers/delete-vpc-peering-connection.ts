import type { DeleteVpcPeeringConnectionRequest, DeleteVpcPeeringConnectionResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { onIds } from "../permissions.ts";
import { putPeering, requireStatus, requireVpcPeering } from "../vpc-peerings.ts";

export const deleteVpcPeeringConnection = defineOperation<
  Ec2Dependencies,
  DeleteVpcPeeringConnectionRequest,
  DeleteVpcPeeringConnectionResult
>({
  authorise: onIds("DeleteVpcPeeringConnection", (input) => [input.VpcPeeringConnectionId]),
  handle: async (input, call, { store, clock }) => {
    const now = clock.now();
    await store.transaction(async (transaction) => {
      const peering = await requireVpcPeering(transaction, scopeOfCall(call), input.VpcPeeringConnectionId);
      requireStatus(peering, now, ["pending-acceptance", "active"], "deleted");
      putPeering(transaction, { ...peering, status: "deleted", changedAt: now });
    });
    return { Return: true };
  },
});
