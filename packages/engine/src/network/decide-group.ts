import type { InterfaceMembership, SecurityGroupId, SecurityGroupRuleSpec, VpcSpec } from "@fleetless/kernel";
import { icmpProtocol, otherIcmpProtocol } from "./compile-rule.ts";
import type { Flow } from "./flow.ts";
import { familyOf, isInBlock, memberAddress } from "./ip-family.ts";

/** Which group's rule lets a flow through on one side; `by` is absent where none does. */
export interface SideDecision {
  readonly allowed: boolean;
  readonly by?: { readonly groupId: SecurityGroupId; readonly rule: SecurityGroupRuleSpec };
}

const numbers: Readonly<Record<string, number>> = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 };

const coversProtocol = (rule: SecurityGroupRuleSpec, flow: Flow): boolean => {
  if (rule.protocol === "-1") return true;
  const family = familyOf(flow.source);
  if ((numbers[rule.protocol.toLowerCase()] ?? Number(rule.protocol)) !== flow.protocol) return false;
  if (flow.protocol === otherIcmpProtocol[family]) return false;
  const from = rule.fromPort ?? -1;
  const to = rule.toPort ?? -1;
  if (from < 0) return true;
  if (flow.protocol === icmpProtocol[family]) return flow.icmpType === from && (to < 0 || flow.icmpCode === to);
  if (flow.protocol !== 6 && flow.protocol !== 17) return true;
  const port = flow.destinationPort;
  return port !== undefined && port >= from && port <= Math.max(from, to);
};

const coversPeer = (vpc: VpcSpec, { peer }: SecurityGroupRuleSpec, address: string): boolean => {
  if (peer.kind === "group") {
    const family = familyOf(address);
    const known = [...vpc.interfaces, ...vpc.peerings.flatMap((peering) => peering.peerInterfaces)];
    return known.some(
      (each) => memberAddress(each, family) === address && each.securityGroupIds.includes(peer.groupId),
    );
  }
  if (peer.kind === "cidr") return isInBlock(peer.cidr, address);
  const list = vpc.prefixLists.find((each) => each.id === peer.prefixListId);
  return list?.cidrs.some((cidr) => isInBlock(cidr, address)) ?? false;
};

/** Whether the groups of an interface let a new connection out (`egress`) or in. */
export const decideSide = (
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
