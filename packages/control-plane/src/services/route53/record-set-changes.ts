import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { Transaction } from "../../state/store.ts";
import { planChangeBatch } from "./change-batch.ts";
import type { CheckedChange } from "./check-change.ts";
import { type HostedZoneRecord, healthChecks, hostedZones, recordSetKey, recordSets } from "./collections.ts";
import { changeBatchRefused, noSuchHealthCheck } from "./errors.ts";
import { recordSetsOfName } from "./repository.ts";

const namesOf = ({ set }: CheckedChange): readonly string[] =>
  [set.Name, set.AliasTarget?.DNSName].filter((name): name is string => name !== undefined);

/** Carries a batch out as a whole. Throws InvalidChangeBatch and NoSuchHealthCheck. */
export const applyChangeBatch = async (
  transaction: Transaction,
  zone: HostedZoneRecord,
  batch: readonly CheckedChange[],
): Promise<void> => {
  const current = new Map<string, ResourceRecordSet>();
  for (const name of new Set(batch.flatMap(namesOf))) {
    for (const { key, set } of await recordSetsOfName(transaction, zone.id, name)) current.set(key, set);
  }
  const plan = planChangeBatch(zone, current, batch);
  if (plan.kind === "refused") throw changeBatchRefused(plan.messages);
  for (const { HealthCheckId: id } of plan.puts) {
    if (id !== undefined && (await transaction.get(healthChecks, id)) === undefined) throw noSuchHealthCheck(id);
  }
  await writeRecordSets(transaction, zone, { puts: plan.puts.map((set) => ({ set })), deletes: plan.deletes });
};

/** A record set with what its health depends on, where that is no health check. */
export interface OwnedRecordSet {
  readonly set: ResourceRecordSet;
  readonly healthSource?: string;
}

/** Writes record sets without a look at what is right, for services that know. */
export const writeRecordSets = async (
  transaction: Transaction,
  zone: HostedZoneRecord,
  { puts, deletes }: { readonly puts: readonly OwnedRecordSet[]; readonly deletes: readonly ResourceRecordSet[] },
): Promise<void> => {
  let count = zone.recordSetCount;
  for (const set of deletes) {
    const key = recordSetKey(zone.id, set);
    if ((await transaction.get(recordSets, key)) !== undefined) count -= 1;
    transaction.delete(recordSets, key);
  }
  for (const { set, ...owned } of puts) {
    const key = recordSetKey(zone.id, set);
    if ((await transaction.get(recordSets, key)) === undefined) count += 1;
    transaction.put(recordSets, key, { zoneId: zone.id, set, ...owned });
  }
  transaction.put(hostedZones, zone.id, { ...zone, recordSetCount: count });
};
