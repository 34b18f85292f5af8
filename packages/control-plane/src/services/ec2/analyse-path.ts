import { decideFlow, type FlowDecision } from "@fleetless/engine";
import type { VpcSpec } from "@fleetless/kernel";
import type { ReadTransaction } from "../../state/store.ts";
import type { NetworkInsightsPathRecord } from "./network-insights-collections.ts";
import { requireNetworkInterface } from "./ownership.ts";
import { readVpcSpec } from "./vpc-spec.ts";

/** What AWS's analyser takes for the port of a sender that may have any. */
const anySourcePort = 49_152;

/**
 * Walks the path through the VPC as its nodes are told of it now, and on into VPCs that are peered with it. Throws
 * InvalidNetworkInterfaceID.NotFound where an end of it is gone.
 */
export const analysePath = async (
  transaction: ReadTransaction,
  path: NetworkInsightsPathRecord,
): Promise<FlowDecision> => {
  const source = await requireNetworkInterface(transaction, path, path.source);
  const destination =
    path.destinationAddress ?? (await requireNetworkInterface(transaction, path, path.destination)).privateAddress;
  const vpc = await readVpcSpec(transaction, source.vpcId);
  const peers = new Map<string, VpcSpec>();
  for (const { id, peerVpcId } of vpc.peerings) peers.set(id, await readVpcSpec(transaction, peerVpcId));
  return decideFlow(
    vpc,
    {
      source: source.privateAddress,
      destination,
      protocol: path.protocol === "tcp" ? 6 : 17,
      sourcePort: anySourcePort,
      destinationPort: path.destinationPort,
    },
    (peeringId) => peers.get(peeringId),
  );
};
