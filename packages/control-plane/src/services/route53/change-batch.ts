import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { isWithin } from "@fleetless/engine";
import { type CheckedChange, problemsOfValues } from "./check-change.ts";
import { type HostedZoneRecord, recordSetKey } from "./collections.ts";
import { recordSetSpec } from "./record-set-spec.ts";

/** The record sets of a zone by their keys: all those of the names that a batch touches or leads to. */
type RecordSets = ReadonlyMap<string, ResourceRecordSet>;

export type BatchPlan =
  | { readonly kind: "refused"; readonly messages: readonly string[] }
  | {
      readonly kind: "planned";
      readonly puts: readonly ResourceRecordSet[];
      readonly deletes: readonly ResourceRecordSet[];
    };

const shown = (set: ResourceRecordSet): string =>
  `[name='${set.Name}', type='${set.Type}'${set.SetIdentifier === undefined ? "" : `, set identifier='${set.SetIdentifier}'`}]`;

const contentOf = ({ ResourceRecords: records, ...rest }: ResourceRecordSet): string =>
  JSON.stringify([
    Object.entries(rest)
      .filter(([, value]) => value !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1)),
    (records ?? []).map(({ Value }) => Value).toSorted(),
  ]);

const problemOfAction = ({ action, set }: CheckedChange, found: ResourceRecordSet | undefined): readonly string[] => {
  if (action === "CREATE" && found !== undefined) {
    return [`Tried to create resource record set ${shown(set)} but it already exists`];
  }
  if (action !== "DELETE") return [];
  if (found === undefined) return [`Tried to delete resource record set ${shown(set)} but it was not found`];
  return contentOf(found) === contentOf(set)
    ? []
    : [`Tried to delete resource record set ${shown(set)} but the values provided do not match the current values`];
};

const routingOf = (set: ResourceRecordSet): string => {
  if (set.Weight !== undefined) return "weighted";
  if (set.Region !== undefined) return "latency";
  if (set.Failover !== undefined) return "failover";
  if (set.GeoLocation !== undefined) return "geolocation";
  if (set.CidrRoutingConfig !== undefined) return "IP-based";
  if (set.GeoProximityLocation !== undefined) return "geoproximity";
  return set.MultiValueAnswer === true ? "multivalue" : "simple";
};

/** Whether a new record set can stand beside the others of its name. */
const conflictsOf = (
  zone: HostedZoneRecord,
  set: ResourceRecordSet,
  others: readonly ResourceRecordSet[],
): readonly string[] => {
  const { Name: name, Type: type } = set;
  const place = `DNS name ${name}`;
  const otherTypes = others.filter((other) => other.Type !== type);
  if (type === "CNAME" && otherTypes.length > 0) {
    return [
      `RRSet of type CNAME with ${place} is not permitted as it conflicts with other records with the same DNS name in zone ${zone.name}`,
    ];
  }
  if (otherTypes.some((other) => other.Type === "CNAME")) {
    return [
      `RRSet of type ${type} with ${place} is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone ${zone.name}`,
    ];
  }
  const same = others.filter((other) => other.Type === type);
  if (same.some((other) => routingOf(other) !== routingOf(set))) {
    return [
      `RRSet with ${place}, type ${type}, SetIdentifier ${set.SetIdentifier ?? "null"} cannot be created as other RRSets exist with the same name and type.`,
    ];
  }
  if (set.Failover !== undefined && same.some((other) => other.Failover === set.Failover)) {
    return [
      `RRSet with ${place}, type ${type}, SetIdentifier ${set.SetIdentifier} cannot be created as another RRSet exists with the same name, type and failover role ${set.Failover}.`,
    ];
  }
  return [];
};

const problemsOfPlace = (zone: HostedZoneRecord, set: ResourceRecordSet): readonly string[] => {
  const { Name: name = "", Type: type } = set;
  if (!isWithin(name, zone.name)) return [`RRSet with DNS name ${name} is not permitted in zone ${zone.name}`];
  if (name === zone.name && type === "CNAME") {
    return [`RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${zone.name}`];
  }
  if (type === "SOA" && name !== zone.name) {
    return [`RRSet of type SOA with DNS name ${name} is not permitted: only the zone itself has one`];
  }
  if (!zone.isPrivate) return [];
  if (recordSetSpec(set) === undefined) {
    return [`Fleetless does not support ${routingOf(set)} routing in private hosted zones yet: ${shown(set)}`];
  }
  return servedTypes.has(type ?? "")
    ? []
    : [`Fleetless does not support records of type ${type} in private hosted zones yet: ${shown(set)}`];
};

/** Those that resolvers can put into a message. */
const servedTypes: ReadonlySet<string> = new Set([
  "A",
  "AAAA",
  "CAA",
  "CNAME",
  "MX",
  "NAPTR",
  "NS",
  "PTR",
  "SOA",
  "SRV",
  "TXT",
]);

const problemsOfAlias = (zone: HostedZoneRecord, set: ResourceRecordSet, sets: RecordSets): readonly string[] => {
  const { AliasTarget: target } = set;
  if (target?.DNSName === undefined || target.HostedZoneId !== zone.id) return [];
  const tried = `Tried to create an alias that targets ${target.DNSName}, type ${set.Type} in zone ${zone.id}, but `;
  if (!isWithin(target.DNSName, zone.name))
    return [`${tried}the alias target name does not lie within the target zone`];
  if (target.DNSName === set.Name) return [`${tried}an alias cannot lead to itself`];
  const found = [...sets.values()].some((other) => other.Name === target.DNSName && other.Type === set.Type);
  return found ? [] : [`${tried}that target was not found`];
};

/** Of one zone, NS and SOA records at its apex must stay. */
const problemsOfApex = (
  zone: HostedZoneRecord,
  deleted: readonly ResourceRecordSet[],
  sets: RecordSets,
): readonly string[] =>
  deleted
    .filter(({ Name: name, Type: type }) => name === zone.name && (type === "NS" || type === "SOA"))
    .filter((set) => !sets.has(recordSetKey(zone.id, set)))
    .map(({ Type: type }) =>
      type === "SOA"
        ? "A HostedZone must contain exactly one SOA record."
        : "A HostedZone must contain at least one NS record for the zone itself.",
    );

const repeatedIn = (
  changes: readonly CheckedChange[],
  keyOf: (set: ResourceRecordSet) => string,
): readonly string[] => {
  const actions = new Map<string, string[]>();
  const problems: string[] = [];
  for (const { action, set } of changes) {
    const before = actions.get(keyOf(set)) ?? [];
    const replaces = before.length === 1 && before[0] === "DELETE" && action === "CREATE";
    if (before.length > 0 && !replaces) {
      problems.push(
        `The request contains an invalid set of changes for a resource record set '${set.Type} ${set.Name}'`,
      );
    }
    actions.set(keyOf(set), [...before, action]);
  }
  return problems;
};

/** All of a batch or, in Route 53's words, why none of it. */
export const planChangeBatch = (
  zone: HostedZoneRecord,
  current: RecordSets,
  changes: readonly CheckedChange[],
): BatchPlan => {
  const keyOf = (set: ResourceRecordSet): string => recordSetKey(zone.id, set);
  const messages = [...repeatedIn(changes, keyOf)];
  const after = new Map(current);
  const deletes = changes.filter(({ action }) => action === "DELETE");
  const writes = changes.filter(({ action }) => action !== "DELETE");
  for (const change of deletes) {
    messages.push(...problemOfAction(change, current.get(keyOf(change.set))));
    after.delete(keyOf(change.set));
  }
  for (const change of writes) {
    messages.push(...problemOfAction(change, after.get(keyOf(change.set))));
    after.set(keyOf(change.set), change.set);
  }
  for (const { set } of writes) {
    const others = [...after].filter(([key, other]) => key !== keyOf(set) && other.Name === set.Name);
    messages.push(
      ...problemsOfPlace(zone, set),
      ...problemsOfValues(set),
      ...conflictsOf(
        zone,
        set,
        others.map(([, other]) => other),
      ),
      ...problemsOfAlias(zone, set, after),
    );
  }
  const removed = deletes.map(({ set }) => set);
  messages.push(...problemsOfApex(zone, removed, after));
  if (messages.length > 0) return { kind: "refused", messages: [...new Set(messages)] };
  return {
    kind: "planned",
    puts: writes.map(({ set }) => set),
    deletes: removed.filter((set) => !after.has(keyOf(set))),
  };
};
