import type { CreateServiceRequest, DnsRecord } from "@aws-sdk/client-servicediscovery";
import type { DnsSettings, NamespaceRecord, ServiceRecord } from "./collections.ts";
import { invalidInput, notSupported } from "./errors.ts";

const longestTimeToLive = 2_147_483_647;

/** Throws InvalidInput for records that a service cannot have together. */
export const checkDnsRecords = (records: readonly DnsRecord[]): DnsSettings["records"] => {
  const settings = records.map(({ Type: type, TTL: timeToLive }) => {
    if (type === undefined || timeToLive === undefined) throw invalidInput("A DNS record needs a type and a TTL.");
    if (timeToLive < 0 || timeToLive > longestTimeToLive) throw invalidInput(`The TTL ${timeToLive} is out of range.`);
    return { type, timeToLive };
  });
  const types = settings.map(({ type }) => type);
  if (new Set(types).size !== types.length) throw invalidInput("A type of DNS record can be given once.");
  if (types.includes("CNAME") && types.length > 1)
    throw invalidInput("A CNAME record cannot stand beside other DNS records.");
  return settings;
};

const dnsOf = (request: CreateServiceRequest, namespace: NamespaceRecord): DnsSettings | undefined => {
  const config = request.DnsConfig;
  if (config === undefined || (config.DnsRecords ?? []).length === 0) return undefined;
  if (namespace.zone === undefined)
    throw invalidInput("DnsConfig cannot be specified for a service in an HTTP namespace.");
  if (request.Type === "HTTP") throw invalidInput("DnsConfig cannot be specified for a service of type HTTP.");
  const records = checkDnsRecords(config.DnsRecords ?? []);
  const routingPolicy = config.RoutingPolicy ?? "MULTIVALUE";
  if (routingPolicy === "MULTIVALUE" && records.some(({ type }) => type === "CNAME")) {
    throw invalidInput("The routing policy MULTIVALUE is not valid for CNAME records: use WEIGHTED.");
  }
  return { routingPolicy, records };
};

/** What of a new service depends on its namespace. Throws InvalidInput. */
export const serviceSettings = (
  request: CreateServiceRequest,
  namespace: NamespaceRecord,
): Pick<ServiceRecord, "dns" | "httpOnly" | "customHealth"> => {
  if (request.HealthCheckConfig !== undefined) {
    throw namespace.type === "DNS_PRIVATE"
      ? invalidInput("HealthCheckConfig cannot be specified for a service in a private DNS namespace.")
      : notSupported("HealthCheckConfig, only HealthCheckCustomConfig");
  }
  const dns = dnsOf(request, namespace);
  const threshold = request.HealthCheckCustomConfig?.FailureThreshold ?? 1;
  return {
    httpOnly: request.Type === "HTTP",
    ...(dns === undefined ? {} : { dns }),
    ...(request.HealthCheckCustomConfig === undefined ? {} : { customHealth: { failureThreshold: threshold } }),
  };
};
