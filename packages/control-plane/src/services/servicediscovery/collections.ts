import type { OperationTargetType, OperationType, RecordType, RoutingPolicy } from "@aws-sdk/client-servicediscovery";
import { formatArn } from "@fleetless/kernel";
import { defineCollection } from "../../state/store.ts";

export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

type Tags = Readonly<Record<string, string>>;

export interface NamespaceRecord extends Scope {
  /** `ns-…` */
  readonly id: string;
  readonly name: string;
  readonly type: "HTTP" | "DNS_PRIVATE" | "DNS_PUBLIC";
  readonly description?: string;
  readonly creatorRequestId: string;
  readonly createdAt: number;
  /** Of a namespace with DNS. */
  readonly zone?: { readonly id: string; readonly soaTimeToLive: number };
  readonly serviceCount: number;
  readonly tags: Tags;
}

export interface DnsSettings {
  readonly routingPolicy: RoutingPolicy;
  readonly records: readonly { readonly type: RecordType; readonly timeToLive: number }[];
}

export interface ServiceRecord extends Scope {
  /** `srv-…` */
  readonly id: string;
  readonly namespaceId: string;
  readonly name: string;
  readonly description?: string;
  readonly creatorRequestId: string;
  readonly createdAt: number;
  readonly dns?: DnsSettings;
  /** Its instances are found by DiscoverInstances alone, though its namespace has DNS. */
  readonly httpOnly: boolean;
  /** The failure threshold that it was made with, which AWS takes for 1. */
  readonly customHealth?: { readonly failureThreshold: number };
  readonly instanceCount: number;
  /** Rises with every change of its instances. */
  readonly revision: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Tags;
}

export interface InstanceRecord {
  readonly id: string;
  readonly serviceId: string;
  readonly creatorRequestId?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly health: "HEALTHY" | "UNHEALTHY" | "UNKNOWN";
}

export interface OperationRecord extends Scope {
  readonly id: string;
  readonly type: OperationType;
  readonly targets: Partial<Record<OperationTargetType, string>>;
  readonly createdAt: number;
  /** The change of the hosted zone that it is over with; none where it was over at once. */
  readonly changeId?: string;
  readonly failure?: { readonly code: string; readonly message: string };
}

export const scopePrefix = ({ accountId, region }: Scope): string => `${accountId}/${region}/`;

export const namespaces = defineCollection<NamespaceRecord>("servicediscovery.namespaces");
/** By scope and name. */
export const namespaceNames = defineCollection<{ readonly id: string }>("servicediscovery.namespace-names");
export const services = defineCollection<ServiceRecord>("servicediscovery.services", {
  namespace: ({ namespaceId }) => namespaceId,
});
/** By namespace and name, which do not differ by case alone. */
export const serviceNames = defineCollection<{ readonly id: string }>("servicediscovery.service-names");
/** By service and id. */
export const instances = defineCollection<InstanceRecord>("servicediscovery.instances");
export const operations = defineCollection<OperationRecord>("servicediscovery.operations");

export const arnOf = (
  kind: "namespace" | "service",
  { accountId, region, id }: Scope & { readonly id: string },
): string => formatArn({ service: "servicediscovery", region, accountId, resource: `${kind}/${id}` });
