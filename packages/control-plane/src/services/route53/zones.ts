import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { Transaction } from "../../state/store.ts";
import { submitChange } from "./changes.ts";
import {
  type ChangeRecord,
  callerReferences,
  type HostedZoneRecord,
  hostedZones,
  recordSetKey,
  recordSets,
  type VpcReference,
  vpcDomains,
} from "./collections.ts";
import { conflictingDomain, hostedZoneAlreadyExists, hostedZoneNotEmpty } from "./errors.ts";
import { newZoneId } from "./ids.ts";
import { recordSetsOfZone } from "./repository.ts";

/** The names that AWS gives to a private zone's servers; nobody can reach them, here as there. */
export const nameServers = [
  "ns-0.awsdns-00.com",
  "ns-512.awsdns-00.net",
  "ns-1024.awsdns-00.org",
  "ns-1536.awsdns-00.co.uk",
];

const ownRecordSets = (name: string): readonly ResourceRecordSet[] => [
  { Name: name, Type: "NS", TTL: 172_800, ResourceRecords: nameServers.map((server) => ({ Value: `${server}.` })) },
  {
    Name: name,
    Type: "SOA",
    TTL: 900,
    ResourceRecords: [{ Value: `${nameServers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400` }],
  },
];

const domainKey = (vpcId: string, name: string): string => `${vpcId}/${name}`;

/** Lets a VPC's resolver answer from the zone. Throws ConflictingDomainExists. */
export const associate = async (transaction: Transaction, zone: HostedZoneRecord, vpc: VpcReference): Promise<void> => {
  const key = domainKey(vpc.vpcId, zone.name);
  const other = await transaction.get(vpcDomains, key);
  if (other !== undefined) throw conflictingDomain(vpc.vpcId, vpc.region, other.zoneId, zone.name);
  transaction.insert(vpcDomains, key, { zoneId: zone.id });
};

export const disassociate = (transaction: Transaction, zone: HostedZoneRecord, vpcId: string): void =>
  transaction.delete(vpcDomains, domainKey(vpcId, zone.name));

export type NewZone = Omit<HostedZoneRecord, "id" | "authorizations" | "recordSetCount" | "tags">;

const referenceKey = ({ accountId, callerReference }: NewZone): string => `${accountId}/${callerReference}`;

/** Makes a zone with its NS and SOA records. Throws HostedZoneAlreadyExists and ConflictingDomainExists. */
export const createZone = async (
  transaction: Transaction,
  request: NewZone,
  now: number,
): Promise<{ readonly zone: HostedZoneRecord; readonly change: ChangeRecord }> => {
  if ((await transaction.get(callerReferences, referenceKey(request))) !== undefined) throw hostedZoneAlreadyExists();
  const own = ownRecordSets(request.name);
  const zone: HostedZoneRecord = {
    ...request,
    id: newZoneId(),
    authorizations: [],
    tags: {},
    recordSetCount: own.length,
  };
  for (const vpc of zone.vpcs) await associate(transaction, zone, vpc);
  transaction.insert(callerReferences, referenceKey(request), { id: zone.id });
  transaction.insert(hostedZones, zone.id, zone);
  for (const set of own) transaction.put(recordSets, recordSetKey(zone.id, set), { zoneId: zone.id, set });
  return { zone, change: submitChange(transaction, zone, now) };
};

/** Throws HostedZoneNotEmpty where there is more than the NS and SOA records. */
export const deleteZone = async (
  transaction: Transaction,
  zone: HostedZoneRecord,
  now: number,
): Promise<ChangeRecord> => {
  const sets = await recordSetsOfZone(transaction, zone.id);
  if (sets.some(({ set }) => set.Name !== zone.name || (set.Type !== "NS" && set.Type !== "SOA"))) {
    throw hostedZoneNotEmpty();
  }
  for (const { key } of sets) transaction.delete(recordSets, key);
  for (const { vpcId } of zone.vpcs) disassociate(transaction, zone, vpcId);
  transaction.delete(callerReferences, referenceKey(zone));
  transaction.delete(hostedZones, zone.id);
  return submitChange(transaction, zone, now);
};
