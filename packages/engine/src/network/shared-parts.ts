import { isDeepStrictEqual } from "node:util";
import type { VpcSpec } from "@fleetless/kernel";
import { middles } from "./middles.ts";

const isSameList = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index]);

const isSameValue = (one: unknown, other: unknown): boolean => {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object") return false;
  return (Array.isArray(one) && Array.isArray(other) && isSameList(one, other)) || isDeepStrictEqual(one, other);
};

/** As deep equality, and much faster where most values are texts and lists of them. */
const isSame = <Value extends object>(one: Value, other: Value): boolean => {
  if (one === other) return true;
  let left = 0;
  for (const key in one) {
    if (!isSameValue(one[key], other[key])) return false;
    // What is there and undefined differs from what is not there.
    if (one[key] === undefined) return isDeepStrictEqual(one, other);
    left += 1;
  }
  for (const _ in other) left -= 1;
  return left === 0;
};

const shareMiddle = <Item extends { readonly id: string }>(
  before: readonly Item[],
  next: readonly Item[],
): readonly Item[] => {
  const known = new Map(before.map((item) => [item.id, item]));
  return next.map((item) => {
    const candidate = known.get(item.id);
    return candidate !== undefined && isSame(candidate, item) ? candidate : item;
  });
};

const shareList = <Item extends { readonly id: string }>(
  before: readonly Item[],
  next: readonly Item[],
): readonly Item[] => {
  const { before: old, after, start, end } = middles(before, next);
  const shared = shareMiddle(old, after);
  if (old.length === shared.length && shared.every((item, index) => item === old[index])) return before;
  return [...next.slice(0, start), ...shared, ...next.slice(next.length - end)];
};

/**
 * `next`, with each part that says the same as in `before` being the very one of `before`, and `before` itself where
 * all do: what is unchanged is then told by identity, and nothing that was made from it need be made again.
 */
export const shareUnchanged = (before: VpcSpec, next: VpcSpec): VpcSpec => {
  const same = <Value>(one: Value, other: Value): Value => (isDeepStrictEqual(one, other) ? one : other);
  const shared: VpcSpec = {
    ...next,
    secondaryCidrs: same(before.secondaryCidrs, next.secondaryCidrs),
    ipv6Cidrs: same(before.ipv6Cidrs, next.ipv6Cidrs),
    subnets: shareList(before.subnets, next.subnets),
    routeTables: shareList(before.routeTables, next.routeTables),
    networkAcls: shareList(before.networkAcls, next.networkAcls),
    securityGroups: shareList(before.securityGroups, next.securityGroups),
    prefixLists: shareList(before.prefixLists, next.prefixLists),
    interfaces: shareList(before.interfaces, next.interfaces),
    natGateways: shareList(before.natGateways, next.natGateways),
    peerings: shareList(before.peerings, next.peerings),
    endpoints: shareList(before.endpoints, next.endpoints),
    flowLogs: shareList(before.flowLogs, next.flowLogs),
  };
  return isSame(before, shared) ? before : shared;
};
