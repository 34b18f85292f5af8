import type { ResourceRecordSet, VPCRegion } from "@aws-sdk/client-route-53";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { submitChange } from "./changes.ts";
import { changes, health, hostedZones, type VpcReference } from "./collections.ts";
import { invalidVpc, noSuchHostedZone } from "./errors.ts";
import { type OwnedRecordSet, writeRecordSets } from "./record-set-changes.ts";
import { createZone, deleteZone } from "./zones.ts";

export interface ManagedZoneRequest {
  readonly accountId: string;
  /** Canonical: `corp.local.` */
  readonly name: string;
  readonly callerReference: string;
  readonly comment?: string;
  /** The VPC that a private zone is for; a public zone without one. */
  readonly vpc: { readonly vpcId: string; readonly region: string } | undefined;
  readonly linkedService: { readonly principal: string; readonly description: string };
  /** Of the zone's SOA record, in seconds: for how long resolvers remember that a name is not there. */
  readonly soaTimeToLive: number;
}

const readZone = async (transaction: ReadTransaction, id: string) => {
  const zone = await transaction.get(hostedZones, id);
  if (zone === undefined) throw noSuchHostedZone(id);
  return zone;
};

const isRegion = (region: string): region is VPCRegion => /^[a-z]{2}(-[a-z]+)+-\d$/.test(region);

const referenceTo = (vpcId: string, region: string): VpcReference => {
  if (!isRegion(region)) throw invalidVpc(vpcId);
  return { vpcId, region };
};

const soaOf = (name: string, timeToLive: number): ResourceRecordSet => ({
  Name: name,
  Type: "SOA",
  TTL: timeToLive,
  ResourceRecords: [{ Value: `ns-0.awsdns-00.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 ${timeToLive}` }],
});

/**
 * Hosted zones of other services, which nobody changes through Route 53. Each change answers its id, which
 * `isInSync` knows.
 */
export const managedZones = {
  create: async (transaction: Transaction, request: ManagedZoneRequest, now: number) => {
    const { vpc, soaTimeToLive, ...rest } = request;
    const vpcs = vpc === undefined ? [] : [referenceTo(vpc.vpcId, vpc.region)];
    const { zone, change } = await createZone(transaction, { ...rest, isPrivate: vpc !== undefined, vpcs }, now);
    await writeRecordSets(transaction, zone, { puts: [{ set: soaOf(zone.name, soaTimeToLive) }], deletes: [] });
    return { zoneId: zone.id, changeId: change.id };
  },

  setSoaTimeToLive: async (transaction: Transaction, zoneId: string, timeToLive: number, now: number) => {
    const zone = await readZone(transaction, zoneId);
    await writeRecordSets(transaction, zone, { puts: [{ set: soaOf(zone.name, timeToLive) }], deletes: [] });
    return submitChange(transaction, zone, now).id;
  },

  delete: async (transaction: Transaction, zoneId: string, now: number) =>
    (await deleteZone(transaction, await readZone(transaction, zoneId), now)).id,

  write: async (
    transaction: Transaction,
    zoneId: string,
    sets: { readonly puts: readonly OwnedRecordSet[]; readonly deletes: readonly ResourceRecordSet[] },
    now: number,
  ) => {
    const zone = await readZone(transaction, zoneId);
    await writeRecordSets(transaction, zone, sets);
    return submitChange(transaction, zone, now).id;
  },

  /** Of record sets that name this source as theirs; undefined forgets it. */
  setHealth: (transaction: Transaction, source: string, healthy: boolean | undefined): void => {
    if (healthy === undefined) transaction.delete(health, source);
    else transaction.put(health, source, { healthy });
  },

  /** A change that is not known any more has been in sync for long. */
  isInSync: async (transaction: ReadTransaction, changeId: string): Promise<boolean> =>
    (await transaction.get(changes, changeId))?.status !== "PENDING",
};

export type ManagedZones = typeof managedZones;
