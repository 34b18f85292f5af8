import type { HealthCheckConfig, ResourceRecordSet, VPCRegion } from "@aws-sdk/client-route-53";
import { reversedName } from "@fleetless/engine";
import { defineCollection } from "../../state/store.ts";

export interface VpcReference {
  readonly vpcId: string;
  readonly region: VPCRegion;
}

export interface HostedZoneRecord {
  /** `Z…` */
  readonly id: string;
  readonly accountId: string;
  /** Canonical: `example.com.` */
  readonly name: string;
  readonly callerReference: string;
  readonly comment?: string;
  readonly isPrivate: boolean;
  readonly vpcs: readonly VpcReference[];
  /** VPCs of other accounts that may be associated. */
  readonly authorizations: readonly VpcReference[];
  readonly recordSetCount: number;
  readonly tags: Readonly<Record<string, string>>;
  /** The service that alone may change the zone. */
  readonly linkedService?: { readonly principal: string; readonly description: string };
}

export interface RecordSetRecord {
  readonly zoneId: string;
  /** With a canonical name. */
  readonly set: ResourceRecordSet;
  /** On whose health a service's record set depends, where that is no health check. */
  readonly healthSource?: string;
}

export interface ChangeRecord {
  /** `C…` */
  readonly id: string;
  readonly accountId: string;
  readonly zoneId: string;
  readonly comment?: string;
  readonly submittedAt: number;
  readonly status: "PENDING" | "INSYNC";
  /** Nodes on which it is in force. */
  readonly nodes: readonly string[];
}

export interface HealthCheckRecord {
  readonly id: string;
  readonly accountId: string;
  readonly callerReference: string;
  readonly version: number;
  readonly config: HealthCheckConfig;
  readonly tags: Readonly<Record<string, string>>;
}

/** What the checker has seen of an endpoint. */
export interface ObservationRecord {
  readonly checkedAt: number;
  /** In the words of GetHealthCheckStatus. */
  readonly status: string;
  readonly lastFailure?: { readonly status: string; readonly checkedAt: number };
}

export const hostedZones = defineCollection<HostedZoneRecord>("route53.hosted-zones", {
  account: ({ accountId }) => accountId,
  vpc: ({ vpcs }) => vpcs.map(({ vpcId }) => vpcId),
  visibility: ({ isPrivate }) => (isPrivate ? "private" : "public"),
});
export const recordSets = defineCollection<RecordSetRecord>("route53.record-sets", {
  healthCheck: ({ set }) => set.HealthCheckId,
});
export const changes = defineCollection<ChangeRecord>("route53.changes", {
  status: ({ status }) => status,
});
/** By account and caller reference: what was made with it. */
export const callerReferences = defineCollection<{ readonly id: string }>("route53.caller-references");
/** By VPC and domain name: the zone that answers there, of which there is one at most. */
export const vpcDomains = defineCollection<{ readonly zoneId: string }>("route53.vpc-domains");
export const healthChecks = defineCollection<HealthCheckRecord>("route53.health-checks", {
  account: ({ accountId }) => accountId,
});
/** By health check, or by whatever else record sets name as theirs; what is not here counts as healthy. */
export const health = defineCollection<{ readonly healthy: boolean }>("route53.health");
/** By health check; apart from what resolvers follow, since it is written with every look. */
export const observations = defineCollection<ObservationRecord>("route53.observations");

/** Of all sets of a name. A blank sorts before all that names hold, so keys stand in the order of Route 53's lists. */
export const namePrefix = (zoneId: string, name: string): string => `${zoneId}/${reversedName(name)} `;

export const recordSetKey = (zoneId: string, set: Pick<ResourceRecordSet, "Name" | "Type" | "SetIdentifier">): string =>
  `${namePrefix(zoneId, set.Name ?? "")}${set.Type} ${set.SetIdentifier ?? ""}`;

/** The zone and the name of a record set's key. */
export const nameOfKey = (key: string): { readonly zoneId: string; readonly name: string } => {
  const [path = ""] = key.split(" ");
  const slash = path.indexOf("/");
  return { zoneId: path.slice(0, slash), name: reversedName(path.slice(slash + 1)) };
};
