import type { InterfaceMembership, SecurityGroupId, VpcSpec } from "@fleetless/kernel";
import {
  borders,
  type Combinations,
  combinationOf,
  compileRuleset,
  describeLocals,
  type LocalInterface,
  peerGroups,
} from "./compile-ruleset.ts";
import { type Change, diffRuleset } from "./diff-ruleset.ts";
import { natPublicAddresses } from "./gateway-rules.ts";
import { Memo } from "./memo.ts";
import { middles } from "./middles.ts";
import type { RouterOptions } from "./router-options.ts";
import type { Ruleset } from "./ruleset.ts";

/** What the packet filter of a VPC on one machine is compiled of; parts that are the same are told by identity. */
export interface FilterPlan {
  readonly vpc: VpcSpec;
  readonly interfaces: readonly LocalInterface[];
  readonly options: RouterOptions;
}

/** How many interfaces have each combination of groups. */
type CombinationCounts = ReadonlyMap<string, { readonly ids: readonly SecurityGroupId[]; readonly count: number }>;

const rulesets = new Memo<Ruleset>();
/** All of the packet filter. */
export const rulesetOf = (plan: FilterPlan): Ruleset =>
  rulesets.for(plan, [], () => compileRuleset(plan.vpc, plan.interfaces, plan.options));

/** Public addresses that lead to this machine: those of interfaces that are here, and those of NAT gateways. */
export const publicAddressesOf = ({ vpc, interfaces }: FilterPlan): readonly string[] => {
  const { open } = borders(vpc);
  return [
    ...describeLocals(vpc, interfaces).flatMap(({ publicAddress, subnetId }) =>
      publicAddress !== undefined && open.has(subnetId) ? [publicAddress] : [],
    ),
    ...natPublicAddresses(vpc),
  ];
};

const counted = (
  counts: CombinationCounts,
  gone: readonly InterfaceMembership[],
  come: readonly InterfaceMembership[],
): CombinationCounts => {
  const next = new Map(counts);
  const add = (member: InterfaceMembership, by: number): void => {
    const name = combinationOf(member);
    const count = (next.get(name)?.count ?? 0) + by;
    if (count === 0) next.delete(name);
    else next.set(name, { ids: member.securityGroupIds, count });
  };
  for (const member of gone) add(member, -1);
  for (const member of come) add(member, 1);
  return next;
};

const countsOfPlans = new WeakMap<FilterPlan, CombinationCounts>();
const countsOf = (plan: FilterPlan): CombinationCounts =>
  countsOfPlans.get(plan) ?? counted(new Map(), [], describeLocals(plan.vpc, plan.interfaces));

const combinationsOf = (counts: CombinationCounts): Combinations =>
  new Map([...counts].map(([name, { ids }]) => [name, ids]));

interface Difference<Item> {
  readonly gone: readonly Item[];
  readonly come: readonly Item[];
  /** What is in both is in the same order in both. */
  readonly ordered: boolean;
}

const differenceOf = <Item>(before: readonly Item[], after: readonly Item[]): Difference<Item> => {
  const { before: old, after: next } = middles(before, after);
  const [oldSet, nextSet] = [new Set(old), new Set(next)];
  const kept = next.filter((item) => oldSet.has(item));
  return {
    gone: old.filter((item) => !nextSet.has(item)),
    come: next.filter((item) => !oldSet.has(item)),
    ordered: old.filter((item) => nextSet.has(item)).every((item, index) => item === kept[index]),
  };
};

const peersOf = (vpc: VpcSpec): readonly InterfaceMembership[] =>
  vpc.peerings.flatMap((peering) => peering.peerInterfaces);

const isSameBeside = <Value extends object>(before: Value, after: Value, beside: ReadonlySet<keyof Value>): boolean => {
  for (const part in { ...before, ...after }) if (!beside.has(part) && before[part] !== after[part]) return false;
  return true;
};

const partsLeftOut: ReadonlySet<keyof VpcSpec> = new Set(["interfaces", "securityGroups", "peerings"] as const);
const peeringParts = new Set(["peerInterfaces"] as const);

/** Whether the two differ in nothing but interfaces and the rules of security groups. */
const differInInterfacesAndRules = (before: FilterPlan, after: FilterPlan): boolean => {
  const [one, other] = [before.vpc, after.vpc];
  return (
    isSameBeside(before.options, after.options, new Set()) &&
    isSameBeside(one, other, partsLeftOut) &&
    one.peerings.length === other.peerings.length &&
    one.peerings.every((peering, index) => {
      const next = other.peerings[index];
      return next !== undefined && (peering === next || isSameBeside(peering, next, peeringParts));
    })
  );
};

const addressesOf = ({ privateAddress, publicAddress, ipv6Address }: InterfaceMembership): readonly string[] =>
  [privateAddress, publicAddress, ipv6Address].filter((address) => address !== undefined);

const hasOneOf = (member: InterfaceMembership, addresses: ReadonlySet<string>): boolean =>
  (member.privateAddress !== undefined && addresses.has(member.privateAddress)) ||
  (member.publicAddress !== undefined && addresses.has(member.publicAddress)) ||
  (member.ipv6Address !== undefined && addresses.has(member.ipv6Address));

/**
 * The interfaces that are not the same in both, and those that share an address with one of them: all that have to do
 * with an element of a set or map that differs. Undefined where the order of the others, which decides who has an
 * address that is there twice, is another.
 */
const idsThatMatter = (before: FilterPlan, after: FilterPlan): ReadonlySet<string> | undefined => {
  const differences = [
    differenceOf<InterfaceMembership>(before.interfaces, after.interfaces),
    differenceOf(before.vpc.interfaces, after.vpc.interfaces),
    differenceOf(peersOf(before.vpc), peersOf(after.vpc)),
  ];
  if (!differences.every(({ ordered }) => ordered)) return undefined;
  const changed = differences.flatMap(({ gone, come }) => [...gone, ...come]);
  const ids = new Set<string>(changed.map((member) => member.id));
  const lists = [after.interfaces, after.vpc.interfaces, peersOf(after.vpc)];
  const addresses = new Set(changed.flatMap(addressesOf));
  // Loops and no lists in between: each is as long as the VPC has interfaces.
  for (const list of lists) {
    for (const member of list) if (ids.has(member.id)) for (const each of addressesOf(member)) addresses.add(each);
  }
  for (const list of lists) for (const member of list) if (hasOneOf(member, addresses)) ids.add(member.id);
  return ids;
};

const only = (plan: FilterPlan, ids: ReadonlySet<string>): FilterPlan => {
  const within = <Member extends InterfaceMembership>(members: readonly Member[]): readonly Member[] =>
    members.filter((member) => ids.has(member.id));
  return {
    ...plan,
    interfaces: within(plan.interfaces),
    vpc: {
      ...plan.vpc,
      interfaces: within(plan.vpc.interfaces),
      peerings: plan.vpc.peerings.map((peering) => ({ ...peering, peerInterfaces: within(peering.peerInterfaces) })),
    },
  };
};

const planChange = (before: FilterPlan, after: FilterPlan): readonly Change[] | undefined => {
  const ids = differInInterfacesAndRules(before, after) ? idsThatMatter(before, after) : undefined;
  if (ids === undefined) return undefined;
  const [old, next] = [only(before, ids), only(after, ids)];
  const counts = countsOf(before);
  const nextCounts = counted(
    counts,
    describeLocals(old.vpc, old.interfaces),
    describeLocals(next.vpc, next.interfaces),
  );
  countsOfPlans.set(before, counts);
  countsOfPlans.set(after, nextCounts);
  const [combinations, nextCombinations] = [combinationsOf(counts), combinationsOf(nextCounts)];
  if (peerGroups(before.vpc, combinations).join() !== peerGroups(after.vpc, nextCombinations).join()) return undefined;
  return diffRuleset(
    compileRuleset(old.vpc, old.interfaces, old.options, combinations),
    compileRuleset(next.vpc, next.interfaces, next.options, nextCombinations),
  );
};

/**
 * The changes of the packet filter that lead from one plan to another, as `diffRuleset` tells them of the two compiled.
 * What comes and goes with an interface costs no more where there are many others.
 */
export const planChanges = (before: FilterPlan, after: FilterPlan): readonly Change[] =>
  planChange(before, after) ?? diffRuleset(rulesetOf(before), rulesetOf(after));
