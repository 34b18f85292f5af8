import { Zone } from "@fleetless/engine";
import type { RecordSetSpec } from "@fleetless/kernel";
import type { RecordSetRecord } from "./collections.ts";
import { recordSetSpec } from "./record-set-spec.ts";

/** Record sets that resolvers answer from. */
export const specsOf = (sets: readonly RecordSetRecord[]): readonly RecordSetSpec[] =>
  sets.flatMap(({ set, healthSource }) => recordSetSpec(set, healthSource) ?? []);

/** A zone as a resolver has it. */
export const zoneOfSets = (name: string, sets: readonly RecordSetRecord[]): Zone => {
  const zone = new Zone(name);
  for (const [each, specs] of Map.groupBy(specsOf(sets), (spec) => spec.name)) zone.set(each, specs);
  return zone;
};
