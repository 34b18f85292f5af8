import type { DescribeVpcPeeringConnectionsRequest, DescribeVpcPeeringConnectionsResult } from "@aws-sdk/client-ec2";
import type { VpcId } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { type DescribedVpcPeering, describableVpcPeering } from "../connectivity-describables.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describePage } from "../describe-page.ts";
import { onEverything } from "../permissions.ts";
import { findVpc, vpcPeeringsOf } from "../repository.ts";
import { vpcPeeringView } from "../views/vpc-peering.ts";

/** AWS tells of an ended peering for about two hours. */
const toldOfMilliseconds = 2 * 60 * 60 * 1000;

export const describeVpcPeeringConnections = defineOperation<
  Ec2Dependencies,
  DescribeVpcPeeringConnectionsRequest,
  DescribeVpcPeeringConnectionsResult
>({
  authorise: onEverything("DescribeVpcPeeringConnections"),
  handle: async (input, call, { store, clock }) => {
    const now = clock.now();
    return store.read(async (transaction) => {
      const all = (await vpcPeeringsOf(transaction, scopeOfCall(call))).filter(
        ({ status, changedAt }) =>
          (status !== "deleted" && status !== "rejected" && status !== "failed") ||
          changedAt + toldOfMilliseconds > now,
      );
      const cidrOf = async (id: VpcId) => (await findVpc(transaction, id))?.cidr;
      const described = await Promise.all(
        all.map(
          async (peering): Promise<DescribedVpcPeering> => ({
            ...peering,
            requesterCidr: await cidrOf(peering.requester.vpcId),
            accepterCidr: await cidrOf(peering.accepter.vpcId),
          }),
        ),
      );
      const { views, NextToken } = describePage(
        described,
        describableVpcPeering(now),
        input,
        input.VpcPeeringConnectionIds,
        (peering) => vpcPeeringView(transaction, peering, now),
      );
      return { VpcPeeringConnections: await Promise.all(views), NextToken };
    });
  },
});
