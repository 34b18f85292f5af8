import type { DnsConfig, Namespace, Service } from "@aws-sdk/client-servicediscovery";
import { arnOf, type NamespaceRecord, type ServiceRecord } from "./collections.ts";

/** Without what GetNamespace alone tells. */
export const namespaceSummary = (namespace: NamespaceRecord) => ({
  Id: namespace.id,
  Arn: arnOf("namespace", namespace),
  ResourceOwner: namespace.accountId,
  Name: namespace.name,
  Type: namespace.type,
  ServiceCount: namespace.serviceCount,
  CreateDate: new Date(namespace.createdAt),
  Properties: {
    HttpProperties: { HttpName: namespace.name },
    ...(namespace.zone === undefined
      ? {}
      : { DnsProperties: { HostedZoneId: namespace.zone.id, SOA: { TTL: namespace.zone.soaTimeToLive } } }),
  },
  ...(namespace.description === undefined ? {} : { Description: namespace.description }),
});

export const namespaceView = (namespace: NamespaceRecord): Namespace => ({
  ...namespaceSummary(namespace),
  CreatorRequestId: namespace.creatorRequestId,
});

const dnsView = ({ dns, namespaceId }: ServiceRecord): { readonly DnsConfig?: DnsConfig } =>
  dns === undefined
    ? {}
    : {
        DnsConfig: {
          NamespaceId: namespaceId,
          RoutingPolicy: dns.routingPolicy,
          DnsRecords: dns.records.map(({ type, timeToLive }) => ({ Type: type, TTL: timeToLive })),
        },
      };

const typeOf = (service: ServiceRecord, isHttp: boolean): "HTTP" | "DNS_HTTP" =>
  isHttp || service.dns === undefined ? "HTTP" : "DNS_HTTP";

export const serviceSummary = (service: ServiceRecord) => ({
  Id: service.id,
  Arn: arnOf("service", service),
  ResourceOwner: service.accountId,
  CreatedByAccount: service.accountId,
  Name: service.name,
  Type: typeOf(service, service.httpOnly),
  InstanceCount: service.instanceCount,
  CreateDate: new Date(service.createdAt),
  ...(service.description === undefined ? {} : { Description: service.description }),
  ...dnsView(service),
  ...(service.customHealth === undefined
    ? {}
    : { HealthCheckCustomConfig: { FailureThreshold: service.customHealth.failureThreshold } }),
});

export const serviceView = (service: ServiceRecord): Service => ({
  ...serviceSummary(service),
  NamespaceId: service.namespaceId,
  CreatorRequestId: service.creatorRequestId,
});
