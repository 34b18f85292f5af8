import type { RecordSetSpec } from "@fleetless/kernel";
import { canonicalDomainName } from "./domain-name.ts";
import { chooseRecordSets, type RoutingWorld, shuffled } from "./routing.ts";
import type { Zone } from "./zone.ts";

export interface AnswerRecord {
  readonly name: string;
  readonly type: string;
  readonly timeToLive: number;
  readonly value: string;
}

/** What zones answer, and what is left to ask elsewhere. */
export interface ZoneAnswer {
  readonly records: readonly AnswerRecord[];
  /** Whether the last name of the chain is there. */
  readonly exists: boolean;
  /** The zone whose SOA record goes with an answer that has nothing of the type. */
  readonly negativeZone: Zone | undefined;
  /** The chain leaves the zones here; what is found there belongs to `owner`. */
  readonly further: { readonly name: string; readonly owner: string } | undefined;
  /** Whether the same question may be answered otherwise while nothing changes. */
  readonly varies: boolean;
}

export interface ZonesInForce {
  /** The zone that a canonical name belongs to, the longest where there are several. */
  readonly zoneOf: (name: string) => Zone | undefined;
  /** By health check. */
  readonly isHealthy: (healthCheckId: string) => boolean;
  readonly random: () => number;
}

const longestChain = 12;

const setsOfType = (sets: readonly RecordSetSpec[], type: string) => sets.filter((set) => set.type === type);

/** Whether one record set may answer: by its own health check, and an alias by what it leads to. */
const isSetHealthy = (set: RecordSetSpec, zones: ZonesInForce, depth: number): boolean => {
  if (set.healthCheckId !== undefined && !zones.isHealthy(set.healthCheckId)) return false;
  if (set.target.kind !== "alias" || !set.target.evaluateTargetHealth || depth >= longestChain) return true;
  const targets = setsOfType(zones.zoneOf(set.target.name)?.at(set.target.name) ?? [], set.type);
  return targets.length === 0 || targets.some((target) => isSetHealthy(target, zones, depth + 1));
};

/**
 * Answers a question from hosted zones, following CNAME records and aliases from zone to zone. Undefined where the name
 * belongs to none of them. https://datatracker.ietf.org/doc/html/rfc1034#section-4.3.2
 */
export const answerFromZones = (zones: ZonesInForce, question: string, type: string): ZoneAnswer | undefined => {
  const world: RoutingWorld = { random: zones.random, isHealthy: (set) => isSetHealthy(set, zones, 0) };
  const records: AnswerRecord[] = [];
  let name = question;
  let owner = question;
  let varies = false;
  for (let step = 0; step < longestChain; step += 1) {
    const zone = zones.zoneOf(name);
    if (zone === undefined) {
      if (step === 0) return undefined;
      return { records, exists: true, negativeZone: undefined, further: { name, owner }, varies };
    }
    const match = zone.match(name);
    if (match.kind === "missing") return { records, exists: false, negativeZone: zone, further: undefined, varies };
    const ofType = setsOfType(match.recordSets, type);
    const candidates = ofType.length > 0 ? ofType : setsOfType(match.recordSets, "CNAME");
    const chosen = chooseRecordSets(candidates, world);
    varies ||= candidates.length > 1;
    const [first] = chosen;
    if (first === undefined) return { records, exists: true, negativeZone: zone, further: undefined, varies };
    if (first.target.kind === "alias") {
      varies ||= first.target.evaluateTargetHealth;
      name = first.target.name;
      continue;
    }
    const found = chosen.flatMap(({ target }) =>
      target.kind === "records"
        ? target.values.map((value) => ({ name: owner, type: first.type, timeToLive: target.timeToLive, value }))
        : [],
    );
    varies ||= found.length > 1;
    records.push(...shuffled(found, zones.random));
    const [cname] = found;
    if (first.type !== "CNAME" || type === "CNAME" || cname === undefined) {
      return { records, exists: true, negativeZone: undefined, further: undefined, varies };
    }
    name = canonicalDomainName(cname.value) ?? cname.value;
    owner = name;
  }
  return { records, exists: true, negativeZone: undefined, further: undefined, varies };
};
