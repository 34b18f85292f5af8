import type { NetworkAclEntrySpec, NetworkAclSpec, SubnetSpec, VpcSpec } from "@fleetless/kernel";
import { icmpProtocol, otherIcmpProtocol, protocolNumber } from "./compile-rule.ts";
import { formatBlock, type IpFamily, parseBlock, subnetBlock } from "./ip-family.ts";
import { type ResolvedRoute, resolveRoutes, routeTableOf } from "./routes.ts";
import type { Chain, ConnectionDirection, Match, Rule, Side } from "./ruleset.ts";

type AclDirection = "ingress" | "egress";

const back: Rule["action"] = { kind: "return" };
/** What becomes of packets that are denied on their way in or out of a subnet. */
type AclRefusal = (direction: AclDirection) => Rule;
const dropped: Rule["action"] = { kind: "drop" };
const drop: AclRefusal = () => ({ matches: [], action: dropped });

const peerSide = (direction: AclDirection): Side => (direction === "ingress" ? "source" : "destination");

const block = (side: Side, cidr: string): readonly Match[] => {
  const parsed = parseBlock(cidr);
  return parsed === undefined || parsed.prefixLength === 0 ? [] : [{ kind: "block", side, cidr: formatBlock(parsed) }];
};

const trafficOf = (entry: NetworkAclEntrySpec, family: IpFamily): readonly Match[] | undefined => {
  const protocol = protocolNumber(entry.protocol);
  if (protocol === undefined || protocol === otherIcmpProtocol[family]) return undefined;
  if (protocol === "all") return [];
  if ((protocol === 6 || protocol === 17) && entry.fromPort !== undefined && entry.fromPort >= 0) {
    const to = Math.max(entry.fromPort, entry.toPort ?? entry.fromPort);
    return [{ kind: "port", protocol: protocol === 6 ? "tcp" : "udp", from: entry.fromPort, to }];
  }
  if (protocol === icmpProtocol[family] && entry.icmpType !== undefined && entry.icmpType >= 0) {
    const code = entry.icmpCode ?? -1;
    return [{ kind: "icmp", type: entry.icmpType, ...(code < 0 ? {} : { code }) }];
  }
  return [{ kind: "protocol", protocol }];
};

/** An entry's matches for packets of the family; undefined where none can meet it. */
const matchesOf = (
  entry: NetworkAclEntrySpec,
  direction: AclDirection,
  family: IpFamily,
): readonly Match[] | undefined => {
  const traffic = trafficOf(entry, family);
  return traffic === undefined || parseBlock(entry.cidr, family) === undefined
    ? undefined
    : [...block(peerSide(direction), entry.cidr), ...traffic];
};

/** In the order in which they are looked at. */
export const orderedEntries = (acl: NetworkAclSpec, direction: AclDirection): readonly NetworkAclEntrySpec[] =>
  [...acl[direction]].sort((one, other) => one.ruleNumber - other.ruleNumber);

const aclRules = (
  acl: NetworkAclSpec,
  direction: AclDirection,
  family: IpFamily,
  refuse: AclRefusal,
): readonly Rule[] => {
  const deny = refuse(direction).action;
  const rules: Rule[] = [];
  for (const entry of orderedEntries(acl, direction)) {
    const matches = matchesOf(entry, direction, family);
    if (matches === undefined) continue;
    rules.push({ matches, action: entry.action === "allow" ? back : deny });
    if (matches.length === 0) return rules;
  }
  return [...rules, { matches: [], action: deny }];
};

/** Lets everything through, so that no packet need ask it. */
const isOpen = (rules: readonly Rule[]): boolean => rules[0]?.action.kind === "return" && rules[0].matches.length === 0;

const aclChainName = (aclId: string, direction: AclDirection): string => `${aclId}-${direction}`;
/** Of an ACL that a NAT gateway's subnet has: what it denies is not the task's own interface's to tell. */
const gatewayAclChainName = (aclId: string, direction: AclDirection): string => `${aclId}-${direction}-of-gateway`;
const borderChainName = (subnet: SubnetSpec, direction: AclDirection): string => `${subnet.id}-${direction}`;
const gatewayChainName = (tableId: string, way: ConnectionDirection): string => `${tableId}-nat-${way}`;

interface Acls {
  readonly chains: ReadonlyMap<string, Chain>;
  /** The chains that a packet must come back from to pass the subnet's border. */
  asked(subnet: SubnetSpec | undefined, direction: AclDirection): readonly string[];
}

type NameOfAcl = (aclId: string, direction: AclDirection) => string;

const aclsOf = (vpc: VpcSpec, family: IpFamily, nameOf: NameOfAcl, refuse: AclRefusal): Acls => {
  const chains = new Map<string, Chain>();
  for (const acl of vpc.networkAcls) {
    if (!vpc.subnets.some((subnet) => subnet.networkAclId === acl.id)) continue;
    for (const direction of ["ingress", "egress"] as const) {
      const rules = aclRules(acl, direction, family, refuse);
      const name = nameOf(acl.id, direction);
      if (!isOpen(rules)) chains.set(name, { name, rules });
    }
  }
  return {
    chains,
    asked: (subnet, direction) => {
      const name = nameOf(subnet?.networkAclId ?? "", direction);
      return chains.has(name) ? [name] : [];
    },
  };
};

const jump = (chain: string, ...matches: readonly Match[]): Rule => ({ matches, action: { kind: "jump", chain } });

const going = (direction: ConnectionDirection): Match => ({ kind: "connection-direction", direction });

/**
 * What crosses the border of a NAT gateway's subnet: connections on their way out, or their answers on the way back. A
 * NAT gateway knows nothing of connections that others opened, so answers to a peered VPC do not pass it.
 */
const natRules = (vpc: VpcSpec, acls: Acls, route: ResolvedRoute, way: ConnectionDirection): readonly Rule[] => {
  const far = block(way === "original" ? "destination" : "source", route.destination);
  const subnet = vpc.subnets.find((each) => each.id === route.nat?.subnetId);
  const strays = way === "original" && route.nat !== undefined && route.exit.kind === "peering";
  return [
    ...acls.asked(subnet, "ingress").map((name) => jump(name, ...far, going(way))),
    ...acls.asked(subnet, "egress").map((name) => jump(name, ...far, going(way))),
    ...(strays ? [{ matches: [...far, going("reply")], action: dropped }] : []),
    { matches: far, action: back },
  ];
};

const gatewayChains = (vpc: VpcSpec, acls: Acls, subnet: SubnetSpec, family: IpFamily): readonly Chain[] => {
  const routes = resolveRoutes(vpc, routeTableOf(vpc, subnet), family);
  if (!routes.some((route) => natRules(vpc, acls, route, "original").length > 1)) return [];
  return (["original", "reply"] as const).map((way) => ({
    name: gatewayChainName(subnet.routeTableId, way),
    rules: routes.flatMap((route) => natRules(vpc, acls, route, way)),
  }));
};

/** The first chain is the base chain's, the others are jumped to. */
export interface AclChains {
  /** For what leaves the sender's subnet, before anything else is asked. */
  readonly outward: readonly Rule[];
  readonly base: readonly Rule[];
  readonly chains: readonly Chain[];
}

/**
 * Network ACLs, asked of every packet that crosses a subnet's border: on its way out of the sender's, through a NAT
 * gateway's and into the receiver's (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html). ACLs
 * that let everything pass cost nothing.
 */
export const compileAcls = (vpc: VpcSpec, family: IpFamily, refuse: AclRefusal): AclChains => {
  const acls = aclsOf(vpc, family, aclChainName, refuse);
  const gatewayAcls = aclsOf(vpc, family, gatewayAclChainName, drop);
  const inside = (cidr: string, direction: AclDirection): Rule => ({
    matches: block(peerSide(direction), cidr),
    action: back,
  });
  const borders = (direction: AclDirection): readonly (readonly [string, Chain])[] =>
    vpc.subnets.flatMap((subnet) => {
      const asked = acls.asked(subnet, direction);
      const name = borderChainName(subnet, direction);
      const cidr = subnetBlock(subnet, family);
      if (asked.length === 0 || cidr === undefined) return [];
      const rules = [inside(cidr, direction), ...asked.map((chain) => jump(chain))];
      return [[cidr, { name, rules }] as const];
    });
  const gateways = new Map(
    vpc.subnets.map((subnet) => [subnet.routeTableId, gatewayChains(vpc, gatewayAcls, subnet, family)]),
  );
  const throughNat = (index: 0 | 1): readonly (readonly [string, Chain])[] =>
    vpc.subnets.flatMap((subnet) => {
      const chain = gateways.get(subnet.routeTableId)?.[index];
      const cidr = subnetBlock(subnet, family);
      return chain === undefined || cidr === undefined ? [] : [[cidr, chain] as const];
    });
  const stages = [
    { side: "source", chains: borders("egress") },
    { side: "source", chains: throughNat(0) },
    { side: "destination", chains: throughNat(1) },
    { side: "destination", chains: borders("ingress") },
  ] as const;
  const named = stages.flatMap(({ chains }) => chains.map(([, chain]) => chain));
  const dispatched = stages.map(({ side, chains }): readonly Rule[] =>
    chains.length === 0
      ? []
      : [
          {
            matches: [],
            action: { kind: "dispatch-block", side, chains: chains.map(([cidr, { name }]) => [cidr, name]) },
          },
        ],
  );
  const throughGateways = [...gateways.values()].some((chains) => chains.length > 0);
  return {
    outward: dispatched.slice(0, 1).flat(),
    base: dispatched.slice(1).flat(),
    chains: [
      ...acls.chains.values(),
      ...(throughGateways ? gatewayAcls.chains.values() : []),
      ...new Map(named.map((chain) => [chain.name, chain])).values(),
    ],
  };
};
