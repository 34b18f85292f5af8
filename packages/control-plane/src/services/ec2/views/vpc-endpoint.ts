import type { DnsEntry, DnsOptions, VpcEndpoint } from "@aws-sdk/client-ec2";
import type { VpcEndpointRecord } from "../connectivity-collections.ts";
import { findEndpointService, privateDnsNamesOf } from "../endpoint-services.ts";
import { dnsNamesOf } from "../endpoint-spec.ts";
import { tagsView } from "../tags.ts";

/** AWS's own policy, which allows everything. */
const fullAccess = '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}';

/** The model's enumeration has capital letters, yet clients wait for what AWS answers. */
export interface VpcEndpointView extends Omit<VpcEndpoint, "State"> {
  readonly State: "available";
}

export const vpcEndpointView = (
  endpoint: VpcEndpointRecord,
  groupNames: ReadonlyMap<string, string>,
): VpcEndpointView => ({
  VpcEndpointId: endpoint.id,
  VpcEndpointType: endpoint.kind,
  VpcId: endpoint.vpcId,
  OwnerId: endpoint.accountId,
  ServiceName: endpoint.serviceName,
  State: "available",
  PolicyDocument: endpoint.policy ?? fullAccess,
  PrivateDnsEnabled: endpoint.privateDnsEnabled,
  RequesterManaged: false,
  RouteTableIds: [...endpoint.routeTableIds],
  SubnetIds: endpoint.interfaces.map(({ subnetId }) => subnetId),
  NetworkInterfaceIds: endpoint.interfaces.map(({ id }) => id),
  Groups: endpoint.securityGroupIds.map((id) => ({ GroupId: id, GroupName: groupNames.get(id) ?? "" })),
  DnsEntries: dnsEntries(endpoint),
  ...(endpoint.kind === "Interface" ? { IpAddressType: "ipv4" } : {}),
  DnsOptions: dnsOptionsView(endpoint),
  CreationTimestamp: new Date(endpoint.createdAt),
  Tags: tagsView(endpoint.tags),
});

const dnsOptionsView = ({ kind, dnsOptions }: VpcEndpointRecord): DnsOptions => {
  const type = dnsOptions?.recordType ?? (kind === "Interface" ? "ipv4" : undefined);
  const inboundOnly = dnsOptions?.inboundResolverOnly;
  return {
    ...(type === undefined ? {} : { DnsRecordIpType: type }),
    ...(inboundOnly === undefined ? {} : { PrivateDnsOnlyForInboundResolverEndpoint: inboundOnly }),
  };
};

const dnsEntries = (endpoint: VpcEndpointRecord): DnsEntry[] => {
  if (endpoint.kind === "Gateway") return [];
  const found = findEndpointService(endpoint, endpoint.region);
  const own = endpoint.privateDnsEnabled && found !== undefined ? privateDnsNamesOf(found, endpoint.region) : [];
  return [...dnsNamesOf(endpoint), ...own].map((DnsName) => ({ DnsName, HostedZoneId: hostedZoneId }));
};

/** The zone in which AWS keeps the names of endpoints; clients only hand it on. */
const hostedZoneId = "Z7HUB22UULQXV";
