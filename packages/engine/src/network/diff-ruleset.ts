import { isDeepStrictEqual } from "node:util";
import type { AddressSet, Chain, ChainHook, LookupMap, Rule, Ruleset } from "./ruleset.ts";
import { emptyRuleset } from "./ruleset.ts";

/** One command of a transaction. Maps' elements are pairs, sets' elements have no value. */
export type Change =
  | { readonly kind: "add-set"; readonly name: string; readonly type: AddressSet["kind"] | LookupMap["kind"] }
  | { readonly kind: "add-chain"; readonly name: string; readonly hook?: ChainHook }
  | { readonly kind: "flush-chain"; readonly name: string }
  | { readonly kind: "add-rule"; readonly chain: string; readonly rule: Rule }
  | {
      readonly kind: "add-elements" | "delete-elements";
      readonly name: string;
      readonly type: AddressSet["kind"] | LookupMap["kind"];
      readonly elements: readonly (readonly [key: string, value?: string])[];
    }
  | { readonly kind: "delete-chain"; readonly name: string }
  | { readonly kind: "delete-set"; readonly name: string; readonly type: AddressSet["kind"] | LookupMap["kind"] };

type Collection = AddressSet | LookupMap;
type Element = readonly [key: string, value?: string];

/** The elements of one that the other does not have, or has with another value. */
const without = (from: Collection | undefined, other: Collection | undefined): readonly Element[] => {
  const left: Element[] = [];
  if (from === undefined || from.elements === other?.elements) return left;
  if (from.elements instanceof Set) {
    for (const key of from.elements) if (!other?.elements.has(key)) left.push([key]);
    return left;
  }
  const values = other !== undefined && "get" in other.elements ? other.elements : undefined;
  for (const [key, value] of from.elements.entries()) if (values?.get(key) !== value) left.push([key, value]);
  return left;
};

const elementChanges = (kind: "add-elements" | "delete-elements", of: Collection, elements: readonly Element[]) =>
  elements.length === 0 ? [] : [{ kind, name: of.name, type: of.kind, elements } as const];

const collectionsOf = (ruleset: Ruleset): ReadonlyMap<string, Collection> =>
  new Map<string, Collection>([...ruleset.sets, ...ruleset.maps]);

/** Chains whose rules must be written; a base chain whose hook differs cannot be changed in place. */
const changedChains = (previous: Ruleset, next: Ruleset): readonly Chain[] =>
  [...next.chains.values()].filter((chain) => {
    const before = previous.chains.get(chain.name);
    if (before === chain) return false;
    if (before !== undefined && !isDeepStrictEqual(before.hook, chain.hook)) {
      throw new Error(`The hook of the chain ${chain.name} cannot be changed in place`);
    }
    return before === undefined ? chain.rules.length > 0 : !isDeepStrictEqual(before.rules, chain.rules);
  });

/**
 * The changes that lead from one ruleset to another, in an order that a packet filter accepts in one
 * transaction: nothing is named before it exists or removed while it is named.
 */
export const diffRuleset = (previous: Ruleset, next: Ruleset): readonly Change[] => {
  const before = collectionsOf(previous);
  const after = collectionsOf(next);
  const goneChains = [...previous.chains.values()].filter((chain) => !next.chains.has(chain.name));
  const goneSets = [...before.values()].filter((collection) => !after.has(collection.name));
  return [
    ...[...after.values()]
      .filter((collection) => !before.has(collection.name))
      .map(({ name, kind }): Change => ({ kind: "add-set", name, type: kind })),
    ...[...next.chains.values()]
      .filter((chain) => !previous.chains.has(chain.name))
      .map(({ name, hook }): Change => ({ kind: "add-chain", name, ...(hook === undefined ? {} : { hook }) })),
    ...changedChains(previous, next).flatMap((chain): readonly Change[] => [
      ...(previous.chains.has(chain.name) ? [{ kind: "flush-chain", name: chain.name } as const] : []),
      ...chain.rules.map((rule): Change => ({ kind: "add-rule", chain: chain.name, rule })),
    ]),
    ...[...after.values()].flatMap((collection): readonly Change[] => {
      const old = before.get(collection.name);
      return [
        ...elementChanges("delete-elements", collection, without(old, collection)),
        ...elementChanges("add-elements", collection, without(collection, old)),
      ];
    }),
    ...goneChains.map(({ name }): Change => ({ kind: "flush-chain", name })),
    ...goneSets.map(({ name, kind }): Change => ({ kind: "delete-set", name, type: kind })),
    ...goneChains.map(({ name }): Change => ({ kind: "delete-chain", name })),
  ];
};

/** The changes that make a ruleset from nothing. */
export const buildRuleset = (next: Ruleset): readonly Change[] => diffRuleset(emptyRuleset, next);
