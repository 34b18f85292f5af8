import type { CreateVpcPeeringConnectionRequest, CreateVpcPeeringConnectionResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { cidrsOverlap } from "../cidr.ts";
import type { VpcRecord } from "../collections.ts";
import { type VpcPeeringRecord, vpcPeerings } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterValue, missingParameter, notSupported, peeringExists } from "../errors.ts";
import { guardVpc, requireVpc } from "../ownership.ts";
import { onNew } from "../permissions.ts";
import { peeringsOfVpc } from "../repository.ts";
import { readTagSpecifications } from "../tags.ts";
import { vpcPeeringView } from "../views/vpc-peering.ts";
import { blocksOf } from "../vpc-creation.ts";

const weekMilliseconds = 7 * 24 * 60 * 60 * 1000;

export const createVpcPeeringConnection = defineOperation<
  Ec2Dependencies,
  CreateVpcPeeringConnectionRequest,
  CreateVpcPeeringConnectionResult
>({
  authorise: onNew("CreateVpcPeeringConnection", "vpc-peering-connection", (input) => [input.VpcId]),
  handle: async (input, call, { store, clock }) => {
    if (input.PeerOwnerId !== undefined && input.PeerOwnerId !== call.accountId) {
      throw notSupported("A peering with a VPC of another account");
    }
    const tags = readTagSpecifications(input.TagSpecifications, "vpc-peering-connection");
    const scope = scopeOfCall(call);
    const now = clock.now();
    return store.transaction(async (transaction) => {
      const vpc = await requireVpc(transaction, scope, input.VpcId);
      if (input.PeerVpcId === undefined) throw missingParameter("peerVpcId");
      const peer = await requireVpc(
        transaction,
        { ...scope, region: input.PeerRegion ?? scope.region },
        input.PeerVpcId,
      );
      if (peer.id === vpc.id) throw invalidParameterValue("A VPC cannot be peered with itself.");
      await guardVpc(transaction, vpc.id);
      await guardVpc(transaction, peer.id);
      const known = (await peeringsOfVpc(transaction, vpc.id)).find(
        ({ status, requester, accepter }) =>
          (status === "active" || status === "pending-acceptance") &&
          (requester.vpcId === peer.id || accepter.vpcId === peer.id),
      );
      if (known !== undefined) throw peeringExists(known.id);
      const sideOf = ({ id, accountId, region }: VpcRecord) => ({
        vpcId: id,
        accountId,
        region,
        allowDnsResolutionFromRemoteVpc: false,
      });
      const peering: VpcPeeringRecord = {
        ...scope,
        tags,
        id: newEc2Id("pcx"),
        requester: sideOf(vpc),
        accepter: sideOf(peer),
        status: blocksOf(vpc).some((one) => blocksOf(peer).some((other) => cidrsOverlap(one, other)))
          ? "failed"
          : "pending-acceptance",
        changedAt: now,
        expiresAt: now + weekMilliseconds,
      };
      transaction.insert(vpcPeerings, peering.id, peering);
      return { VpcPeeringConnection: await vpcPeeringView(transaction, peering, now) };
    });
  },
});
