import type { PrefixListSpec, SecurityGroupId, SecurityGroupRuleSpec } from "@fleetless/kernel";
import { disjointBlocks, formatBlock, type IpFamily, parseBlock } from "./ip-family.ts";
import type { Match, Side } from "./ruleset.ts";

const namedProtocols: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 };

/** The IP protocol's number, or `all`; undefined for a name that is no protocol. */
export const protocolNumber = (protocol: string): number | "all" | undefined => {
  if (protocol === "-1") return "all";
  const named = namedProtocols[protocol.toLowerCase()];
  if (named !== undefined) return named;
  if (!/^\d{1,3}$/.test(protocol)) return undefined;
  const number = Number(protocol);
  return number <= 255 ? number : undefined;
};

/** ICMP's protocol number in a family, and in the other, of which no packet of the family is. */
export const icmpProtocol: Readonly<Record<IpFamily, number>> = { ipv4: 1, ipv6: 58 };
export const otherIcmpProtocol: Readonly<Record<IpFamily, number>> = { ipv4: 58, ipv6: 1 };

const portMatch = (protocol: "tcp" | "udp", rule: SecurityGroupRuleSpec): Match => {
  const from = rule.fromPort ?? -1;
  const to = rule.toPort ?? from;
  if (from < 0) return { kind: "protocol", protocol: protocol === "tcp" ? 6 : 17 };
  return { kind: "port", protocol, from, to: Math.max(from, to) };
};

const icmpMatch = (rule: SecurityGroupRuleSpec, family: IpFamily): Match => {
  const type = rule.fromPort ?? -1;
  const code = rule.toPort ?? -1;
  if (type < 0) return { kind: "protocol", protocol: icmpProtocol[family] };
  return { kind: "icmp", type, ...(code < 0 ? {} : { code }) };
};

const trafficMatches = (rule: SecurityGroupRuleSpec, family: IpFamily): readonly Match[] | undefined => {
  const protocol = protocolNumber(rule.protocol);
  if (protocol === undefined || protocol === otherIcmpProtocol[family]) return undefined;
  if (protocol === "all") return [];
  if (protocol === 6) return [portMatch("tcp", rule)];
  if (protocol === 17) return [portMatch("udp", rule)];
  if (protocol === icmpProtocol[family]) return [icmpMatch(rule, family)];
  return [{ kind: "protocol", protocol }];
};

const peerMatches = (
  rule: SecurityGroupRuleSpec,
  side: Side,
  prefixLists: readonly PrefixListSpec[],
  family: IpFamily,
): readonly Match[] | undefined => {
  if (rule.peer.kind === "group") return [{ kind: "member", side, set: membersSetName(rule.peer.groupId) }];
  if (rule.peer.kind === "prefix-list") {
    const { prefixListId } = rule.peer;
    const cidrs = disjointBlocks(prefixLists.find((list) => list.id === prefixListId)?.cidrs ?? [], family);
    return cidrs.length === 0 ? undefined : [{ kind: "blocks", side, cidrs }];
  }
  const block = parseBlock(rule.peer.cidr, family);
  if (block === undefined) return undefined;
  return block.prefixLength === 0 ? [] : [{ kind: "block", side, cidr: formatBlock(block) }];
};

export const membersSetName = (groupId: SecurityGroupId): string => `${groupId}-members`;

/**
 * What a packet of a new connection must satisfy for the rule to allow it; `side` is where the peer stands:
 * the source for ingress, the destination for egress. Undefined where no packet of the family can satisfy it (a
 * peer of the other, an empty prefix list, the other's ICMP).
 */
export const compileRule = (
  rule: SecurityGroupRuleSpec,
  side: Side,
  prefixLists: readonly PrefixListSpec[],
  family: IpFamily,
): readonly Match[] | undefined => {
  const traffic = trafficMatches(rule, family);
  const peer = peerMatches(rule, side, prefixLists, family);
  return traffic === undefined || peer === undefined ? undefined : [...peer, ...traffic];
};
