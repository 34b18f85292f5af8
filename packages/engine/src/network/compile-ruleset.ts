import { createHash } from "node:crypto";
import type { InterfaceMembership, SecurityGroupId, SecurityGroupSpec, VpcSpec } from "@fleetless/kernel";
import { type AclChains, compileAcls } from "./acl-rules.ts";
import { accept, allowanceSets, base, baseChains } from "./base-chains.ts";
import { compileRule, membersSetName } from "./compile-rule.ts";
import { compileFlowCounting, type FlowCountingRules } from "./flow-counting.ts";
import { compileGateways, type GatewayRules, internetSources, leadsToInternet } from "./gateway-rules.ts";
import { type IpFamily, memberAddress } from "./ip-family.ts";
import { joinPairs } from "./join-pairs.ts";
import { Memo } from "./memo.ts";
import type { RouterOptions } from "./router-options.ts";
import type { AddressSet, Chain, LookupMap, Rule, Ruleset } from "./ruleset.ts";

/** An interface of the VPC that is on this machine, and the name of its other end in the VPC's namespace. */
export interface LocalInterface extends InterfaceMembership {
  readonly port: string;
  /** Of an interface without an IPv4 address: from it the router's own services are called, and nothing else. */
  readonly linkLocalAddress?: string;
}

/** The address that an interface here sends from by the family, be it to the router alone. */
export const localAddress = (local: LocalInterface, family: IpFamily): string | undefined =>
  memberAddress(local, family) ?? (family === "ipv4" ? local.linkLocalAddress : undefined);

const sortedGroups = (ids: readonly SecurityGroupId[]): readonly SecurityGroupId[] => [...new Set(ids)].sort();

/** Interfaces with the same groups share their chains, so that one more of them costs elements only. */
const combinationName = (ids: readonly SecurityGroupId[]): string =>
  createHash("sha256").update(sortedGroups(ids).join(",")).digest("hex").slice(0, 16);

const groupMemos = { ipv4: new Memo<readonly Chain[]>(), ipv6: new Memo<readonly Chain[]>() };
const groupChains = (vpc: VpcSpec, group: SecurityGroupSpec, family: IpFamily): readonly Chain[] =>
  groupMemos[family].for(group, [vpc.prefixLists], () => compileGroup(vpc, group, family));

const compileGroup = (vpc: VpcSpec, group: SecurityGroupSpec, family: IpFamily): readonly Chain[] =>
  (["ingress", "egress"] as const).map((direction) => ({
    name: `${group.id}-${direction}`,
    rules: joinPairs(
      group[direction].flatMap((rule) => {
        const side = direction === "ingress" ? "source" : "destination";
        const matches = compileRule(rule, side, vpc.prefixLists, family);
        return matches === undefined ? [] : [matches];
      }),
    ).map((matches) => accept(...matches)),
  }));

const combinationChains = (
  name: string,
  ids: readonly SecurityGroupId[],
  known: ReadonlySet<string>,
  counting: FlowCountingRules,
): readonly Chain[] =>
  (["ingress", "egress"] as const).map((direction) => ({
    name: `${direction}-${name}`,
    rules: [
      ...sortedGroups(ids)
        .filter((id) => known.has(id))
        .map((id): Rule => ({ matches: [], action: { kind: "jump", chain: `${id}-${direction}` } })),
      counting.refuse(direction),
    ],
  }));

/** The combinations of groups that interfaces here have, by the names of their chains. */
export type Combinations = ReadonlyMap<string, readonly SecurityGroupId[]>;

const nameMemo = new Memo<string>();
/** What the chains of an interface with these groups are called. */
export const combinationOf = ({ securityGroupIds }: InterfaceMembership): string =>
  nameMemo.for(securityGroupIds, [], () => combinationName(securityGroupIds));

const combinationsOf = (locals: readonly InterfaceMembership[]): Combinations =>
  new Map(locals.map((local) => [combinationOf(local), local.securityGroupIds]));

const groupsOf = (vpc: VpcSpec, combinations: Combinations): readonly SecurityGroupSpec[] => {
  const used = new Set([...combinations.values()].flat());
  return vpc.securityGroups.filter((group) => used.has(group.id));
};

/** The groups whose members must be known, since a group of an interface here names them as a peer. */
export const peerGroups = (vpc: VpcSpec, combinations: Combinations): readonly SecurityGroupId[] => [
  ...new Set(groupsOf(vpc, combinations).flatMap(peersOf)),
];

const peerMemo = new Memo<readonly SecurityGroupId[]>();
const peersOf = (group: SecurityGroupSpec): readonly SecurityGroupId[] =>
  peerMemo.for(group, [], () => {
    const rules = [...group.ingress, ...group.egress];
    return [...new Set(rules.flatMap((rule) => (rule.peer.kind === "group" ? [rule.peer.groupId] : [])))];
  });

const memberSets = (
  peers: readonly SecurityGroupId[],
  members: readonly InterfaceMembership[],
  family: IpFamily,
): AddressSet[] =>
  peers.map((id) => ({
    name: membersSetName(id),
    kind: "address",
    elements: new Set(
      members.flatMap((member) => (member.securityGroupIds.includes(id) ? (memberAddress(member, family) ?? []) : [])),
    ),
  }));

const byName = <Named extends { readonly name: string }>(items: readonly Named[]): ReadonlyMap<string, Named> =>
  new Map(items.map((item) => [item.name, item]));

/** A local interface with what the VPC's list says of it. */
export interface DescribedLocal extends LocalInterface {
  /** Of each family that it has an address of. */
  readonly bindings: Readonly<Record<IpFamily, readonly string[]>>;
}

const localMemo = new Memo<DescribedLocal>();
export const describeLocal = (local: LocalInterface, listed: InterfaceMembership | undefined): DescribedLocal =>
  localMemo.for(local, [listed], () => {
    const merged = { ...local, ...listed };
    const place = `${merged.port} . ${merged.macAddress}`;
    const bindings = (family: IpFamily): readonly string[] => {
      const address = localAddress(merged, family);
      return address === undefined ? [] : [`${place} . ${address}`];
    };
    return { ...merged, bindings: { ipv4: bindings("ipv4"), ipv6: bindings("ipv6") } };
  });

export const describeLocals = (vpc: VpcSpec, locals: readonly LocalInterface[]): readonly DescribedLocal[] => {
  const listed = new Map(vpc.interfaces.map((member) => [member.id, member]));
  return locals.map((local) => describeLocal(local, listed.get(local.id)));
};

export interface Borders {
  /** Subnets with a way through an internet gateway. */
  readonly open: ReadonlySet<string>;
  readonly gateways: GatewayRules;
}

const borderMemos = { ipv4: new Memo<Borders>(), ipv6: new Memo<Borders>() };
/** What depends on the VPC's tables and not on its interfaces. */
export const borders = (vpc: VpcSpec, family: IpFamily = "ipv4"): Borders =>
  borderMemos[family].for(
    vpc.subnets,
    [vpc.routeTables, vpc.natGateways, vpc.cidr, vpc.secondaryCidrs, vpc.ipv6Cidrs],
    () => ({
      open: new Set(vpc.subnets.filter((subnet) => leadsToInternet(vpc, subnet)).map((subnet) => subnet.id)),
      gateways: compileGateways(vpc, family),
    }),
  );

const aclMemos = { ipv4: new Memo<AclChains>(), ipv6: new Memo<AclChains>() };
const aclChains = (vpc: VpcSpec, family: IpFamily, counting: FlowCountingRules): AclChains =>
  aclMemos[family].for(
    vpc.subnets,
    [
      vpc.routeTables,
      vpc.natGateways,
      vpc.networkAcls,
      vpc.cidr,
      vpc.secondaryCidrs,
      vpc.ipv6Cidrs,
      counting.chains.length > 0,
    ],
    () => compileAcls(vpc, family, counting.refuse),
  );

/** Packets of IPv6, where there are such, are decided in a table of their own. */
const leaveIpv6 = (vpc: VpcSpec, family: IpFamily, chains: readonly Chain[]): readonly Chain[] =>
  family === "ipv6" || vpc.ipv6Cidrs.length === 0
    ? chains
    : chains.map((chain) =>
        chain.hook === undefined
          ? chain
          : { ...chain, rules: [accept({ kind: "family", family: "ipv6" }), ...chain.rules] },
      );

/** Addresses that an internet gateway translates; those of IPv6 are public as they are. */
const translationParts = (translated: readonly (readonly [string, string])[]) => ({
  sets: [
    {
      name: internetSources,
      kind: "address",
      elements: new Set(translated.map(([privateAddress]) => privateAddress)),
    },
  ] satisfies readonly AddressSet[],
  maps: [
    { name: "public-addresses", kind: "translation", elements: new Map(translated) },
    {
      name: "private-addresses",
      kind: "translation",
      elements: new Map(translated.map(([privateAddress, publicAddress]) => [publicAddress, privateAddress])),
    },
  ] satisfies readonly LookupMap[],
});

/** Every packet pays for each base chain, so there is none without rules. */
const baseUnlessEmpty = (name: string, priority: number, rules: readonly Rule[]): readonly Chain[] =>
  rules.length === 0 ? [] : [base(name, "forward", priority, "accept", rules)];

/**
 * The packet filter of a VPC on one machine. Only groups that an interface here has get chains, only groups
 * that those name as a peer get a set. A local interface stands in for its entry in the VPC's list where the
 * list does not have it yet; otherwise the list, which is newer, decides. `given` are the combinations of groups that
 * get chains, where those are not the ones of these interfaces. Each family of addresses has a packet filter of its
 * own; a VPC without IPv6 blocks needs none for it.
 */
export const compileRuleset = (
  vpc: VpcSpec,
  localInterfaces: readonly LocalInterface[],
  options: RouterOptions,
  given?: Combinations,
): Ruleset => {
  const { family = "ipv4" } = options;
  const locals = describeLocals(vpc, localInterfaces);
  const combinations = given ?? combinationsOf(locals);
  const peers = vpc.peerings.flatMap((peering) => peering.peerInterfaces);
  const members = [...new Map([...peers, ...vpc.interfaces, ...locals].map((member) => [member.id, member])).values()];
  const groups = groupsOf(vpc, combinations);
  const known = new Set<string>(groups.map((group) => group.id));
  const counting = compileFlowCounting(vpc, locals, options.flowCounting);
  const { open, gateways } = borders(vpc, family);
  const acls = aclChains(vpc, family, counting);
  const translated = locals.flatMap(({ privateAddress, publicAddress, subnetId }) =>
    privateAddress !== undefined && publicAddress !== undefined && open.has(subnetId)
      ? [[privateAddress, publicAddress] as const]
      : [],
  );
  // Who has none passes nothing on by IPv4, to whatever its groups say.
  const passing = family === "ipv4" ? locals.filter(({ privateAddress }) => privateAddress !== undefined) : locals;
  const translation = family === "ipv4" ? translationParts(translated) : { sets: [], maps: [] };
  const dispatch = (direction: "ingress" | "egress"): LookupMap => ({
    name: `${direction}-by-interface`,
    kind: "dispatch",
    elements: new Map(passing.map((local) => [local.port, `${direction}-${combinationOf(local)}`])),
  });
  return {
    sets: byName<AddressSet>([
      {
        name: "bindings",
        kind: "binding",
        elements: new Set(locals.flatMap((local) => local.bindings[family])),
      },
      ...translation.sets,
      ...allowanceSets,
      ...memberSets(peerGroups(vpc, combinations), members, family),
      ...counting.sets,
    ]),
    maps: byName<LookupMap>([dispatch("ingress"), dispatch("egress"), ...translation.maps]),
    chains: byName<Chain>([
      ...leaveIpv6(vpc, family, [
        ...baseChains(vpc, options, gateways, family, counting),
        // After the sender's groups and before the receiver's, so that what is refused is counted where it is refused.
        ...baseUnlessEmpty("network-acls", 5, [...acls.outward, ...counting.accepted("egress"), ...acls.base]),
        ...baseUnlessEmpty("flow-logs", 20, counting.accepted("ingress")),
      ]),
      ...counting.chains,
      ...acls.chains,
      ...gateways.chains,
      ...groups.flatMap((group) => groupChains(vpc, group, family)),
      ...[...combinations]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .flatMap(([name, ids]) => combinationChains(name, ids, known, counting)),
    ]),
  };
};
