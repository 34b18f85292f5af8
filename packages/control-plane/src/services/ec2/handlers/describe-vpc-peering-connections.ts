import type { DescribeVpcPeeringConnectionsRequest, DescribeVpcPeeringConnectionsResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { describableVpcPeering } from "../connectivity-describables.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describePage } from "../describe-page.ts";
import { onEverything } from "../permissions.ts";
import { vpcPeeringsOf } from "../repository.ts";
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
          (status !== "deleted" && status !== "rejected") || changedAt + toldOfMilliseconds > now,
      );
      const { views, NextToken } = describePage(
        all,
        describableVpcPeering(now),
        input,
        input.VpcPeeringConnectionIds,
        (peering) => vpcPeeringView(transaction, peering, now),
      );
      return { VpcPeeringConnections: await Promise.all(views), NextToken };
    });
  },
});
