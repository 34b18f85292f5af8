import type { RecordSetSpec } from "@fleetless/kernel";
import { parentName } from "./domain-name.ts";

/** What a zone holds at a name; `missing` where neither the name nor any below it is there, nor a wildcard for it. */
export type ZoneMatch =
  | { readonly kind: "name"; readonly recordSets: readonly RecordSetSpec[] }
  | { readonly kind: "missing" };

const wildcardLabel = "\\052";

/** The record sets of one zone by name, with the names in between that have none (RFC 4592). */
export class Zone {
  readonly name: string;
  readonly #sets = new Map<string, readonly RecordSetSpec[]>();
  /** How many names with records stand below each name. */
  readonly #below = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
  }

  /** Puts these record sets in the place of all that the name has. */
  set(name: string, recordSets: readonly RecordSetSpec[]): void {
    const had = this.#sets.has(name);
    if (recordSets.length > 0) this.#sets.set(name, recordSets);
    else this.#sets.delete(name);
    const change = Number(this.#sets.has(name)) - Number(had);
    if (change === 0) return;
    for (let above = this.#above(name); above !== undefined; above = this.#above(above)) {
      const count = (this.#below.get(above) ?? 0) + change;
      if (count > 0) this.#below.set(above, count);
      else this.#below.delete(above);
    }
  }

  get recordSets(): readonly RecordSetSpec[] {
    return [...this.#sets.values()].flat();
  }

  at(name: string): readonly RecordSetSpec[] {
    return this.#sets.get(name) ?? [];
  }

  match(name: string): ZoneMatch {
    const exact = this.#sets.get(name);
    if (exact !== undefined) return { kind: "name", recordSets: exact };
    if (this.#exists(name)) return { kind: "name", recordSets: [] };
    for (let encloser = this.#above(name); encloser !== undefined; encloser = this.#above(encloser)) {
      if (!this.#exists(encloser)) continue;
      const wildcard = this.#sets.get(encloser === "." ? `${wildcardLabel}.` : `${wildcardLabel}.${encloser}`);
      return wildcard === undefined ? { kind: "missing" } : { kind: "name", recordSets: wildcard };
    }
    return { kind: "missing" };
  }

  #exists(name: string): boolean {
    return name === this.name || this.#sets.has(name) || this.#below.has(name);
  }

  #above(name: string): string | undefined {
    return name === this.name ? undefined : parentName(name);
  }
}
