import type { AcceptVpcPeeringConnectionRequest, AcceptVpcPeeringConnectionResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { cidrsOverlap } from "../cidr.ts";
import type { VpcPeeringRecord } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { operationNotPermitted, overlappingPeers } from "../errors.ts";
import { requireVpc } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { vpcPeeringView } from "../views/vpc-peering.ts";
import { blocksOf } from "../vpc-creation.ts";
import { putPeering, requireStatus, requireVpcPeering } from "../vpc-peerings.ts";

export const acceptVpcPeeringConnection = defineOperation<
  Ec2Dependencies,
  AcceptVpcPeeringConnectionRequest,
  AcceptVpcPeeringConnectionResult
>({
  authorise: onIds("AcceptVpcPeeringConnection", (input) => [input.VpcPeeringConnectionId]),
  handle: async (input, call, { store, clock }) => {
    const now = clock.now();
    return store.transaction(async (transaction) => {
      const peering = await requireVpcPeering(transaction, scopeOfCall(call), input.VpcPeeringConnectionId);
      if (peering.accepter.region !== call.region) {
        throw operationNotPermitted(
          `User ${call.accountId} cannot accept peering ${peering.id} in ${call.region}: accept it in ${peering.accepter.region}.`,
        );
      }
      requireStatus(peering, now, ["pending-acceptance"], "active");
      const { requester, accepter } = peering;
      const vpc = await requireVpc(transaction, requester, requester.vpcId);
      const peer = await requireVpc(transaction, accepter, accepter.vpcId);
      if (blocksOf(vpc).some((one) => blocksOf(peer).some((other) => cidrsOverlap(one, other)))) {
        // Blocks that came after the request, which fails of itself where they are there before.
        throw overlappingPeers(vpc.id, peer.id);
      }
      const accepted: VpcPeeringRecord = { ...peering, status: "active", changedAt: now };
      putPeering(transaction, accepted);
      return { VpcPeeringConnection: await vpcPeeringView(transaction, accepted, now) };
    });
  },
});
