import {
  decideFlow,
  decideReplies,
  type Flow,
  type FlowDecision,
  familyOf,
  type IpFamily,
  type ReplyDecision,
} from "@fleetless/engine";
import type { VpcSpec } from "@fleetless/kernel";
import type { ReadTransaction } from "../../state/store.ts";
import type { NetworkInterfaceRecord } from "./collections.ts";
import type { NetworkInsightsPathRecord } from "./network-insights-collections.ts";
import { requireNetworkInterface } from "./ownership.ts";
import { readVpcSpec } from "./vpc-spec.ts";

/** Where the first packet of a connection goes, and where it arrives, the answers to it. */
export interface PathAnalysis {
  readonly forward: FlowDecision;
  readonly back?: ReplyDecision;
}

/** IPv4, unless one of the ends has IPv6 alone. */
const familyBetween = (
  source: NetworkInterfaceRecord,
  receiver: NetworkInterfaceRecord | undefined,
  destination: string | undefined,
): IpFamily => {
  if (destination !== undefined) return familyOf(destination);
  return source.privateAddress === undefined || receiver?.privateAddress === undefined ? "ipv6" : "ipv4";
};

/** Empty where it has none of the family: then nobody has the address that the packet is from, or goes to. */
const addressOf = ({ privateAddress, ipv6Addresses }: NetworkInterfaceRecord, family: IpFamily): string =>
  (family === "ipv4" ? privateAddress : ipv6Addresses?.[0]) ?? "";

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
  const receiver =
    path.destinationAddress === undefined
      ? await requireNetworkInterface(transaction, path, path.destination)
      : undefined;
  const family = familyBetween(source, receiver, path.destinationAddress);
  const vpc = await readVpcSpec(transaction, source.vpcId);
  const peers = new Map<string, VpcSpec>();
  for (const { id, peerVpcId } of vpc.peerings) peers.set(id, await readVpcSpec(transaction, peerVpcId));
  const flow: Flow = {
    source: addressOf(source, family),
    destination: path.destinationAddress ?? (receiver === undefined ? "" : addressOf(receiver, family)),
    protocol: path.protocol === "tcp" ? 6 : 17,
    destinationPort: path.destinationPort,
  };
  const known = (peeringId: string): VpcSpec | undefined => peers.get(peeringId);
  const forward = decideFlow(vpc, flow, known);
  const back = decideReplies(vpc, flow, forward, known);
  return { forward, ...(back === undefined ? {} : { back }) };
};
