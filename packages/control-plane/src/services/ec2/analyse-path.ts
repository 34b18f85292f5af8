import { decideFlow, decideReplies, type Flow, type FlowDecision, type ReplyDecision } from "@fleetless/engine";
import type { VpcSpec } from "@fleetless/kernel";
import type { ReadTransaction } from "../../state/store.ts";
import type { NetworkInsightsPathRecord } from "./network-insights-collections.ts";
import { requireNetworkInterface } from "./ownership.ts";
import { readVpcSpec } from "./vpc-spec.ts";

/** Where the first packet of a connection goes, and where it arrives, the answers to it. */
export interface PathAnalysis {
  readonly forward: FlowDecision;
  readonly back?: ReplyDecision;
}

/**
 * Walks the path through the VPC as its nodes are told of it now, and on into VPCs that are peered with it, and then
 * back, as the answers of a server to any of the ports that clients take. Throws InvalidNetworkInterfaceID.NotFound
 * where an end of it is gone.
 */
export const analysePath = async (
  transaction: ReadTransaction,
  path: NetworkInsightsPathRecord,
): Promise<PathAnalysis> => {
  const source = await requireNetworkInterface(transaction, path, path.source);
  const destination =
    path.destinationAddress ?? (await requireNetworkInterface(transaction, path, path.destination)).privateAddress;
  const vpc = await readVpcSpec(transaction, source.vpcId);
  const peers = new Map<string, VpcSpec>();
  for (const { id, peerVpcId } of vpc.peerings) peers.set(id, await readVpcSpec(transaction, peerVpcId));
  const flow: Flow = {
    source: source.privateAddress,
    destination,
    protocol: path.protocol === "tcp" ? 6 : 17,
    destinationPort: path.destinationPort,
  };
  const known = (peeringId: string): VpcSpec | undefined => peers.get(peeringId);
  const forward = decideFlow(vpc, flow, known);
  const back = decideReplies(vpc, flow, forward, known);
  return { forward, ...(back === undefined ? {} : { back }) };
};
