import type { Change } from "../diff-ruleset.ts";
import type { AddressSet, Chain, LookupMap, Ruleset } from "../ruleset.ts";

/** A change that a packet filter would refuse, which undoes its whole transaction. */
class RefusedChangeError extends Error {
  override readonly name = "RefusedChangeError";
}

interface MutableChain {
  readonly hook: Chain["hook"];
  readonly rules: Chain["rules"][number][];
}

interface MutableCollection {
  readonly kind: AddressSet["kind"] | LookupMap["kind"];
  readonly elements: Map<string, string | undefined>;
}

const refuseUnless = (holds: boolean, reason: string): void => {
  if (!holds) throw new RefusedChangeError(reason);
};

const found = <Value>(from: ReadonlyMap<string, Value>, name: string): Value => {
  const value = from.get(name);
  if (value === undefined) throw new RefusedChangeError(`There is no ${name}`);
  return value;
};

/** The packet filter's own rules of what may follow what, so that a diff can be checked without one. */
class RulesetState {
  readonly chains = new Map<string, MutableChain>();
  readonly collections = new Map<string, MutableCollection>();

  constructor(ruleset: Ruleset) {
    for (const [name, chain] of ruleset.chains) this.chains.set(name, { hook: chain.hook, rules: [...chain.rules] });
    for (const [name, set] of ruleset.sets) {
      this.collections.set(name, {
        kind: set.kind,
        elements: new Map([...set.elements].map((key) => [key, undefined])),
      });
    }
    for (const [name, map] of ruleset.maps) {
      this.collections.set(name, { kind: map.kind, elements: new Map(map.elements) });
    }
  }

  apply(change: Change): void {
    switch (change.kind) {
      case "add-set":
        refuseUnless(!this.collections.has(change.name), `${change.name} is there already`);
        this.collections.set(change.name, { kind: change.type, elements: new Map() });
        return;
      case "add-chain":
        refuseUnless(!this.chains.has(change.name), `${change.name} is there already`);
        this.chains.set(change.name, { hook: change.hook, rules: [] });
        return;
      case "flush-chain":
        found(this.chains, change.name).rules.length = 0;
        return;
      case "add-rule":
        for (const name of namesIn(change.rule)) {
          refuseUnless(this.chains.has(name) || this.collections.has(name), `${name} is not there yet`);
        }
        found(this.chains, change.chain).rules.push(change.rule);
        return;
      case "add-elements":
        this.#addElements(change.name, change.elements);
        return;
      case "delete-elements": {
        const { elements } = found(this.collections, change.name);
        for (const [key] of change.elements) refuseUnless(elements.delete(key), `${key} is not in ${change.name}`);
        return;
      }
      case "delete-chain":
        refuseUnless(found(this.chains, change.name).rules.length === 0, `${change.name} is not empty`);
        refuseUnless(!this.#named().has(change.name), `${change.name} is still named`);
        this.chains.delete(change.name);
        return;
      case "delete-set":
        found(this.collections, change.name);
        refuseUnless(!this.#named().has(change.name), `${change.name} is still named`);
        this.collections.delete(change.name);
        return;
    }
  }

  result(): Ruleset {
    const sets = new Map<string, AddressSet>();
    const maps = new Map<string, LookupMap>();
    for (const [name, { kind, elements }] of this.collections) {
      if (kind === "dispatch" || kind === "translation") {
        maps.set(name, { name, kind, elements: new Map([...elements].map(([key, value]) => [key, value ?? ""])) });
      } else sets.set(name, { name, kind, elements: new Set(elements.keys()) });
    }
    const chains = [...this.chains].map(([name, { hook, rules }]): [string, Chain] => [
      name,
      { name, rules, ...(hook === undefined ? {} : { hook }) },
    ]);
    return { sets, maps, chains: new Map(chains) };
  }

  #addElements(name: string, added: readonly (readonly [key: string, value?: string])[]): void {
    const { kind, elements } = found(this.collections, name);
    for (const [key, value] of added) {
      refuseUnless(!elements.has(key), `${key} is in ${name} already`);
      if (kind === "dispatch") refuseUnless(this.chains.has(value ?? ""), `there is no chain ${value}`);
      elements.set(key, value);
    }
  }

  #named(): ReadonlySet<string> {
    const chains = [...this.chains.values()].flatMap(({ rules }) => rules.flatMap(namesIn));
    const elements = [...this.collections.values()].flatMap((collection) =>
      collection.kind === "dispatch" ? [...collection.elements.values()].map((value) => value ?? "") : [],
    );
    return new Set([...chains, ...elements]);
  }
}

const namesIn = (rule: Chain["rules"][number]): readonly string[] => {
  const names = rule.matches.flatMap((match) => ("set" in match ? [match.set] : []));
  if (rule.action.kind === "jump") names.push(rule.action.chain);
  if (rule.action.kind === "dispatch-block") names.push(...rule.action.chains.map(([, chain]) => chain));
  if (rule.action.kind === "dispatch" || rule.action.kind === "translate") names.push(rule.action.map);
  return names;
};

/** What a packet filter that holds `ruleset` holds after the changes; throws where it would refuse one. */
export const applyChanges = (ruleset: Ruleset, changes: readonly Change[]): Ruleset => {
  const state = new RulesetState(ruleset);
  for (const change of changes) state.apply(change);
  return state.result();
};
