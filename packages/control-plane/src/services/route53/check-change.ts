import type { Change, ResourceRecordSet } from "@aws-sdk/client-route-53";
import { canonicalDomainName, parseRecordData } from "@fleetless/engine";
import { invalidInput, notSupported } from "./errors.ts";

/** A change with the canonical spelling of its names. */
export interface CheckedChange {
  readonly action: "CREATE" | "DELETE" | "UPSERT";
  readonly set: ResourceRecordSet;
}

const policies =
  "[Weight, Region, Failover, GeoLocation, CidrRoutingConfig, GeoProximityLocation, or MultiValueAnswer]";
const contents = "[AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]";
const longestTimeToLive = 2_147_483_647;

const policyCount = (set: ResourceRecordSet): number =>
  [
    set.Weight,
    set.Region,
    set.Failover,
    set.GeoLocation,
    set.CidrRoutingConfig,
    set.GeoProximityLocation,
    set.MultiValueAnswer === true ? true : undefined,
  ].filter((value) => value !== undefined).length;

const checkShape = (set: ResourceRecordSet, action: string): void => {
  const place = `in Change with [Action=${action}, Name=${set.Name}, Type=${set.Type}, SetIdentifier=${set.SetIdentifier ?? "null"}]`;
  const refuse = (problem: string) => invalidInput(`Invalid request: ${problem} ${place}`);
  if (set.TrafficPolicyInstanceId !== undefined) throw notSupported("traffic policies");
  const records = set.ResourceRecords ?? [];
  if (set.AliasTarget !== undefined && (records.length > 0 || set.TTL !== undefined)) {
    throw refuse(`Expected exactly one of ${contents}, but found more than one`);
  }
  if (set.AliasTarget === undefined) {
    if (records.length === 0 && set.TTL === undefined)
      throw refuse(`Expected exactly one of ${contents}, but found none`);
    if (records.length === 0) throw refuse("Missing field 'ResourceRecords'");
    if (set.TTL === undefined) throw refuse("Missing field 'TTL'");
  }
  const count = policyCount(set);
  if (set.SetIdentifier === undefined && count > 0) throw refuse("Missing field 'SetIdentifier'");
  if (set.SetIdentifier !== undefined && count !== 1) {
    throw refuse(`Expected exactly one of ${policies}, but found ${count === 0 ? "none" : "more than one"}`);
  }
  if (set.MultiValueAnswer === true && set.AliasTarget !== undefined) {
    throw refuse("An alias cannot be a multivalue answer");
  }
};

const checkRanges = (set: ResourceRecordSet): void => {
  const violated = (member: string, value: number, bound: string) =>
    invalidInput(
      `1 validation error detected: Value '${value}' at 'changeBatch.changes.1.member.resourceRecordSet.${member}' failed to satisfy constraint: Member must have value ${bound}`,
    );
  const { TTL: timeToLive, Weight: weight, SetIdentifier: identifier } = set;
  if (timeToLive !== undefined && timeToLive < 0) throw violated("tTL", timeToLive, "greater than or equal to 0");
  if (timeToLive !== undefined && timeToLive > longestTimeToLive) {
    throw violated("tTL", timeToLive, `less than or equal to ${longestTimeToLive}`);
  }
  if (weight !== undefined && weight < 0) throw violated("weight", weight, "greater than or equal to 0");
  if (weight !== undefined && weight > 255) throw violated("weight", weight, "less than or equal to 255");
  if (identifier !== undefined && (identifier.length < 1 || identifier.length > 128)) {
    throw invalidInput("Invalid request: SetIdentifier must have 1 to 128 characters");
  }
};

/** One change as it is carried out. Throws InvalidInput for one that is no change at all. */
export const checkChange = ({ Action: action, ResourceRecordSet: set }: Change): CheckedChange => {
  if (action !== "CREATE" && action !== "DELETE" && action !== "UPSERT") {
    throw invalidInput(
      `Invalid XML ; cvc-enumeration-valid: Value '${action}' is not facet-valid with respect to enumeration '[CREATE, DELETE, UPSERT]'. It must be a value from the enumeration.`,
    );
  }
  if (set?.Name === undefined || set.Type === undefined)
    throw invalidInput("Invalid XML: a change needs a name and a type");
  checkShape(set, action);
  checkRanges(set);
  const name = canonicalDomainName(set.Name);
  if (name === undefined) {
    throw invalidInput(
      `FATAL problem: DomainLabelEmpty (Domain label is empty) encountered with '${set.Name.slice(0, 300)}'`,
    );
  }
  if (set.AliasTarget === undefined) return { action, set: { ...set, Name: name } };
  const target = canonicalDomainName(set.AliasTarget.DNSName ?? "");
  if (target === undefined)
    throw invalidInput(`The alias target ${set.AliasTarget.DNSName?.slice(0, 300)} is no domain name`);
  return { action, set: { ...set, Name: name, AliasTarget: { ...set.AliasTarget, DNSName: target } } };
};

/** What is wrong with the values of a record set, in Route 53's words. */
export const problemsOfValues = (set: ResourceRecordSet): readonly string[] => {
  const values = (set.ResourceRecords ?? []).map(({ Value = "" }) => Value);
  const repeated = values.filter((value, index) => values.indexOf(value) !== index);
  const problems = repeated.map((value) => `Duplicate Resource Record: '${value}'`);
  for (const value of values) {
    const parsed = parseRecordData(set.Type ?? "", value);
    if (parsed !== undefined && "problem" in parsed) {
      problems.push(`Invalid Resource Record: 'FATAL problem: ${parsed.problem} encountered with '${value}''`);
    }
  }
  if ((set.Type === "CNAME" || set.Type === "SOA") && values.length > 1) {
    problems.push(`RRSet of type ${set.Type} with DNS name ${set.Name} cannot have more than one resource record`);
  }
  return problems;
};
