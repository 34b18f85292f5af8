import type { InterfaceMembership, SecurityGroupId, SecurityGroupRuleSpec, VpcSpec } from "@fleetless/kernel";
import { blockContains, parseIpv4, parseIpv4Block } from "./ipv4.ts";

/** The first packet of a connection between two addresses, at least one of them an interface's of the VPC. */
export interface Flow {
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  readonly destinationPort?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
}

/** Which group's rule lets a flow through on one side; `by` is absent where none does. */
export interface SideDecision {
  readonly allowed: boolean;
  readonly by?: { readonly groupId: SecurityGroupId; readonly rule: SecurityGroupRuleSpec };
}

/** A side is absent where the address there is no interface of the VPC, so that no group speaks for it. */
export interface FlowDecision {
  readonly allowed: boolean;
  readonly egress?: SideDecision;
  readonly ingress?: SideDecision;
}

const numbers: Readonly<Record<string, number>> = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 };

const coversProtocol = (rule: SecurityGroupRuleSpec, flow: Flow): boolean => {
  if (rule.protocol === "-1") return true;
  if ((numbers[rule.protocol.toLowerCase()] ?? Number(rule.protocol)) !== flow.protocol) return false;
  const from = rule.fromPort ?? -1;
  const to = rule.toPort ?? -1;
  if (from < 0) return true;
  if (flow.protocol === 1) return flow.icmpType === from && (to < 0 || flow.icmpCode === to);
  if (flow.protocol !== 6 && flow.protocol !== 17) return true;
  const port = flow.destinationPort;
  return port !== undefined && port >= from && port <= Math.max(from, to);
};

const coversPeer = (vpc: VpcSpec, rule: SecurityGroupRuleSpec, peer: string): boolean => {
  if (rule.peer.kind === "group") {
    const { groupId } = rule.peer;
    return vpc.interfaces.some((each) => each.privateAddress === peer && each.securityGroupIds.includes(groupId));
  }
  if (rule.peer.kind === "prefix-list") return false;
  const block = parseIpv4Block(rule.peer.cidr);
  const address = parseIpv4(peer);
  return block !== undefined && address !== undefined && blockContains(block, address);
};

const decideSide = (
  vpc: VpcSpec,
  member: InterfaceMembership,
  direction: "ingress" | "egress",
  flow: Flow,
): SideDecision => {
  const peer = direction === "ingress" ? flow.source : flow.destination;
  for (const group of vpc.securityGroups) {
    if (!member.securityGroupIds.includes(group.id)) continue;
    const rule = group[direction].find((each) => coversProtocol(each, flow) && coversPeer(vpc, each, peer));
    if (rule !== undefined) return { allowed: true, by: { groupId: group.id, rule } };
  }
  return { allowed: false };
};

/**
 * Whether the VPC's security groups let a new connection through, and which rule says so: what the compiled
 * packet filter does, told from the groups themselves.
 */
export const decideFlow = (vpc: VpcSpec, flow: Flow): FlowDecision => {
  const at = (address: string) => vpc.interfaces.find((each) => each.privateAddress === address);
  const source = at(flow.source);
  const destination = at(flow.destination);
  const egress = source === undefined ? undefined : decideSide(vpc, source, "egress", flow);
  const ingress = destination === undefined ? undefined : decideSide(vpc, destination, "ingress", flow);
  return {
    allowed: (egress?.allowed ?? true) && (ingress?.allowed ?? true) && (egress ?? ingress) !== undefined,
    ...(egress === undefined ? {} : { egress }),
    ...(ingress === undefined ? {} : { ingress }),
  };
};
