import { createHash } from "node:crypto";
import type { InterfaceMembership, SecurityGroupId, SecurityGroupSpec, VpcSpec } from "@fleetless/kernel";
import { compileAcls } from "./acl-rules.ts";
import { compileRule, membersSetName } from "./compile-rule.ts";
import { compileGateways, type GatewayRules, internetSources, leadsToInternet } from "./gateway-rules.ts";
import { addressAt, disjointBlocks } from "./ipv4.ts";
import { vpcBlocks } from "./routes.ts";
import type { AddressSet, Chain, ChainHook, Direction, LookupMap, Match, Rule, Ruleset } from "./ruleset.ts";

/** An interface of the VPC that is on this machine, and the name of its other end in the VPC's namespace. */
export interface LocalInterface extends InterfaceMembership {
  readonly port: string;
}

export interface RouterOptions {
  /** Where the AWS API is served on the link-local address. */
  readonly apiPort: number;
  /** Packets that one interface may send to the resolver and link-local services; EC2's number where not given. */
  readonly linkLocalPacketsPerSecond?: number | undefined;
  /** Devices that lead to peered VPCs, by the peering's id. */
  readonly peeringDevices?: ReadonlyMap<string, string>;
}

/** The interface of a VPC's namespace that leads to the machine and the world beyond it. */
export const uplinkInterface = "uplink";
/** Task metadata, role credentials and the AWS API answer here. */
export const taskEndpointAddress = "169.254.170.2";
/** The VPC resolver's address that is the same in every VPC. */
export const linkLocalResolverAddress = "169.254.169.253";

/** The VPC's resolver, at the base of its block plus two. */
export const resolverAddress = (vpc: VpcSpec): string => addressAt(vpc.cidr, 2);

const accept = (...matches: Match[]): Rule => ({ matches, action: { kind: "accept" } });
const drop = (...matches: Match[]): Rule => ({ matches, action: { kind: "drop" } });
const on = (direction: Direction, name: string): Match => ({ kind: "interface", direction, name });
const to = (address: string): Match => ({ kind: "block", side: "destination", cidr: `${address}/32` });
const port = (protocol: "tcp" | "udp", number: number): Match => ({
  kind: "port",
  protocol,
  from: number,
  to: number,
});
const established: Match = { kind: "state", states: ["established", "related"] };
const invalid: Match = { kind: "state", states: ["invalid"] };
/** A router's hint of a shorter way, which must never reach a task. */
const redirect: Match = { kind: "icmp", type: 5 };

const fromInternetChain = "from-internet";
const toInternetChain = "to-internet";

const base = (
  name: string,
  hook: ChainHook["hook"],
  priority: number,
  policy: ChainHook["policy"],
  rules: readonly Rule[],
  type: ChainHook["type"] = "filter",
): Chain => ({ name, hook: { type, hook, priority, policy }, rules });

/**
 * What one interface may do to the router that all of a VPC share, after EC2's allowances for each interface: packets
 * to link-local services and the resolver (https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html),
 * and tracked connections. None is known exactly but the first; no task that means well meets the others.
 */
export const interfaceAllowances = {
  linkLocalPacketsPerSecond: 1024,
  newConnectionsPerSecond: 2000,
  newConnectionsBurst: 10_000,
  connections: 20_000,
} as const;

/** Before anything else that knows connections, so that what is refused here is not remembered. */
const allowanceChain = (vpc: VpcSpec, { linkLocalPacketsPerSecond: allowed }: RouterOptions): Chain => {
  const linkLocalPacketsPerSecond = allowed ?? interfaceAllowances.linkLocalPacketsPerSecond;
  const { newConnectionsPerSecond, newConnectionsBurst, connections } = interfaceAllowances;
  const fresh: Match = { kind: "state", states: ["new"] };
  const tooManyPackets: Match = {
    kind: "rate-over",
    set: "link-local-packets",
    perSecond: linkLocalPacketsPerSecond,
    burst: linkLocalPacketsPerSecond,
  };
  return base("allowances", "prerouting", -150, "accept", [
    accept(on("in", uplinkInterface)),
    accept(on("in", "lo")),
    drop(to(resolverAddress(vpc)), tooManyPackets),
    drop({ kind: "block", side: "destination", cidr: "169.254.0.0/16" }, tooManyPackets),
    drop(fresh, {
      kind: "rate-over",
      set: "new-connections",
      perSecond: newConnectionsPerSecond,
      burst: newConnectionsBurst,
    }),
    drop(fresh, { kind: "connections-over", set: "connections", limit: connections }),
  ]);
};

const allowanceSets: readonly AddressSet[] = [
  { name: "link-local-packets", kind: "rates", elements: new Set() },
  { name: "new-connections", kind: "rates", elements: new Set() },
  { name: "connections", kind: "connections", elements: new Set() },
];

/** Each peering whose device is here, with the addresses that may come from there. */
const peeringsHere = (vpc: VpcSpec, options: RouterOptions) =>
  vpc.peerings.flatMap((peering) => {
    const device = options.peeringDevices?.get(peering.id);
    return device === undefined ? [] : [{ device, cidrs: disjointBlocks(peering.peerCidrs) }];
  });

const baseChains = (vpc: VpcSpec, options: RouterOptions, gateways: GatewayRules): readonly Chain[] => [
  base("anti-spoofing", "prerouting", -300, "drop", [
    accept({ kind: "binding", set: "bindings" }),
    drop(on("in", uplinkInterface), { kind: "blocks", side: "source", cidrs: disjointBlocks(vpcBlocks(vpc)) }),
    accept(on("in", uplinkInterface)),
    accept(on("in", "lo")),
    ...peeringsHere(vpc, options).map(({ device, cidrs }) =>
      accept(on("in", device), { kind: "blocks", side: "source", cidrs }),
    ),
  ]),
  allowanceChain(vpc, options),
  base(
    "public-to-private",
    "prerouting",
    -100,
    "accept",
    [
      {
        matches: [on("in", uplinkInterface)],
        action: { kind: "translate", side: "destination", map: "private-addresses" },
      },
    ],
    "nat",
  ),
  base("input", "input", 0, "drop", [
    accept(on("in", "lo")),
    accept(established),
    drop(on("in", uplinkInterface)),
    ...peeringsHere(vpc, options).map(({ device }) => drop(on("in", device))),
    ...[resolverAddress(vpc), linkLocalResolverAddress].flatMap((address) => [
      accept(to(address), port("udp", 53)),
      accept(to(address), port("tcp", 53)),
    ]),
    accept(to(taskEndpointAddress), port("tcp", 80)),
    accept(to(taskEndpointAddress), port("tcp", options.apiPort)),
  ]),
  // Two base chains, since an accept only ends the chain it stands in: a packet needs the sender's consent,
  // then the receiver's.
  base("egress", "forward", 0, "drop", [
    drop(redirect),
    accept(established),
    drop(invalid),
    { matches: [on("in", uplinkInterface)], action: { kind: "jump", chain: fromInternetChain } },
    ...peeringsHere(vpc, options).map(({ device }) => accept(on("in", device))),
    { matches: [], action: { kind: "dispatch", direction: "in", map: "egress-by-interface" } },
  ]),
  base("ingress", "forward", 10, "drop", [
    accept(established),
    { matches: [on("out", uplinkInterface)], action: { kind: "jump", chain: toInternetChain } },
    ...peeringsHere(vpc, options).map(({ device }) => accept(on("out", device))),
    { matches: [], action: { kind: "dispatch", direction: "out", map: "ingress-by-interface" } },
  ]),
  base(
    "private-to-public",
    "postrouting",
    100,
    "accept",
    [
      ...gateways.translations,
      {
        matches: [on("out", uplinkInterface)],
        action: { kind: "translate", side: "source", map: "public-addresses" },
      },
    ],
    "nat",
  ),
  { name: fromInternetChain, rules: [...gateways.fromInternet, drop()] },
  { name: toInternetChain, rules: [...gateways.toInternet, drop()] },
];

const sortedGroups = (ids: readonly SecurityGroupId[]): readonly SecurityGroupId[] => [...new Set(ids)].sort();

/** Interfaces with the same groups share their chains, so that one more of them costs elements only. */
const combinationName = (ids: readonly SecurityGroupId[]): string =>
  createHash("sha256").update(sortedGroups(ids).join(",")).digest("hex").slice(0, 16);

const groupChains = (vpc: VpcSpec, group: SecurityGroupSpec): readonly Chain[] =>
  (["ingress", "egress"] as const).map((direction) => ({
    name: `${group.id}-${direction}`,
    rules: group[direction].flatMap((rule) => {
      const matches = compileRule(rule, direction === "ingress" ? "source" : "destination", vpc.prefixLists);
      return matches === undefined ? [] : [accept(...matches)];
    }),
  }));

const combinationChains = (ids: readonly SecurityGroupId[], known: ReadonlySet<string>): readonly Chain[] =>
  (["ingress", "egress"] as const).map((direction) => ({
    name: `${direction}-${combinationName(ids)}`,
    rules: [
      ...sortedGroups(ids)
        .filter((id) => known.has(id))
        .map((id): Rule => ({ matches: [], action: { kind: "jump", chain: `${id}-${direction}` } })),
      drop(),
    ],
  }));

const memberSets = (groups: readonly SecurityGroupSpec[], members: readonly InterfaceMembership[]): AddressSet[] => {
  const peers = new Set(
    groups.flatMap((group) =>
      [...group.ingress, ...group.egress].flatMap((rule) => (rule.peer.kind === "group" ? [rule.peer.groupId] : [])),
    ),
  );
  return [...peers].map((id) => ({
    name: membersSetName(id),
    kind: "address",
    elements: new Set(
      members.filter((member) => member.securityGroupIds.includes(id)).map((member) => member.privateAddress),
    ),
  }));
};

const byName = <Named extends { readonly name: string }>(items: readonly Named[]): ReadonlyMap<string, Named> =>
  new Map(items.map((item) => [item.name, item]));

/**
 * The packet filter of a VPC on one machine. Only groups that an interface here has get chains, only groups
 * that those name as a peer get a set. A local interface stands in for its entry in the VPC's list where the
 * list does not have it yet; otherwise the list, which is newer, decides.
 */
export const compileRuleset = (
  vpc: VpcSpec,
  localInterfaces: readonly LocalInterface[],
  options: RouterOptions,
): Ruleset => {
  const listed = new Map(vpc.interfaces.map((member) => [member.id, member]));
  const locals = localInterfaces.map((local) => ({ ...local, ...listed.get(local.id) }));
  const peers = vpc.peerings.flatMap((peering) => peering.peerInterfaces);
  const members = [...new Map([...peers, ...vpc.interfaces, ...locals].map((member) => [member.id, member])).values()];
  const used = new Set(locals.flatMap((local) => local.securityGroupIds));
  const groups = vpc.securityGroups.filter((group) => used.has(group.id));
  const known = new Set<string>(groups.map((group) => group.id));
  const open = new Set(vpc.subnets.filter((subnet) => leadsToInternet(vpc, subnet)).map((subnet) => subnet.id));
  const acls = compileAcls(vpc);
  const gateways = compileGateways(vpc);
  const translated = locals.flatMap(({ privateAddress, publicAddress, subnetId }) =>
    publicAddress !== undefined && open.has(subnetId) ? [[privateAddress, publicAddress] as const] : [],
  );
  const combinations = new Map(locals.map((local) => [combinationName(local.securityGroupIds), local]));
  const dispatch = (direction: "ingress" | "egress"): LookupMap => ({
    name: `${direction}-by-interface`,
    kind: "dispatch",
    elements: new Map(locals.map((local) => [local.port, `${direction}-${combinationName(local.securityGroupIds)}`])),
  });
  return {
    sets: byName<AddressSet>([
      {
        name: "bindings",
        kind: "binding",
        elements: new Set(locals.map((local) => `${local.port} . ${local.macAddress} . ${local.privateAddress}`)),
      },
      {
        name: internetSources,
        kind: "address",
        elements: new Set(translated.map(([privateAddress]) => privateAddress)),
      },
      ...allowanceSets,
      ...memberSets(groups, members),
    ]),
    maps: byName<LookupMap>([
      dispatch("ingress"),
      dispatch("egress"),
      { name: "public-addresses", kind: "translation", elements: new Map(translated) },
      {
        name: "private-addresses",
        kind: "translation",
        elements: new Map(translated.map(([privateAddress, publicAddress]) => [publicAddress, privateAddress])),
      },
    ]),
    chains: byName<Chain>([
      ...baseChains(vpc, options, gateways),
      base("network-acls", "forward", -10, "accept", acls.base),
      ...acls.chains,
      ...gateways.chains,
      ...groups.flatMap((group) => groupChains(vpc, group)),
      ...[...combinations.values()].flatMap((local) => combinationChains(local.securityGroupIds, known)),
    ]),
  };
};
