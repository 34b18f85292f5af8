import type { VpcEndpointSpec } from "@fleetless/kernel";
import type { VpcEndpointRecord } from "./connectivity-collections.ts";
import { answersInVpc } from "./endpoint-dns-options.ts";
import { findEndpointService, privateDnsNamesOf } from "./endpoint-services.ts";

/** The endpoint's own names: the regional one, then one for each of its zones. */
export const dnsNamesOf = (endpoint: VpcEndpointRecord): readonly string[] => {
  if (endpoint.kind === "Gateway") return [];
  const found = findEndpointService(endpoint, endpoint.region);
  const domain = `${found?.name ?? "service"}.${endpoint.region}.vpce.amazonaws.com`;
  const label = `${endpoint.id}-${endpoint.dnsLabel}`;
  const zones = [...new Set(endpoint.interfaces.map(({ availabilityZone }) => availabilityZone))];
  return [`${label}.${domain}`, ...zones.map((zone) => `${label}-${zone}.${domain}`)];
};

/** The endpoint as nodes are told of it. */
export const endpointSpec = (endpoint: VpcEndpointRecord): VpcEndpointSpec => {
  const found = findEndpointService(endpoint, endpoint.region);
  return {
    id: endpoint.id,
    kind: endpoint.kind === "Interface" ? "interface" : "gateway",
    serviceName: endpoint.serviceName,
    ...(endpoint.policy === undefined ? {} : { policy: endpoint.policy }),
    privateDnsNames: answersInVpc(endpoint) && found !== undefined ? privateDnsNamesOf(found, endpoint.region) : [],
    dnsNames: dnsNamesOf(endpoint),
    interfaces: endpoint.interfaces.map(({ id, subnetId, privateAddress }) => ({ id, subnetId, privateAddress })),
  };
};
