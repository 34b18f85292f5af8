import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { Zone } from "@fleetless/engine";
import type { RecordSetSpec } from "@fleetless/kernel";
import { recordSetSpec } from "./record-set-spec.ts";

/** Record sets that resolvers answer from. */
export const specsOf = (sets: readonly { readonly set: ResourceRecordSet }[]): readonly RecordSetSpec[] =>
  sets.flatMap(({ set }) => recordSetSpec(set) ?? []);

/** A zone as a resolver has it. */
export const zoneOfSets = (name: string, sets: readonly { readonly set: ResourceRecordSet }[]): Zone => {
  const zone = new Zone(name);
  for (const [each, specs] of Map.groupBy(specsOf(sets), (spec) => spec.name)) zone.set(each, specs);
  return zone;
};
