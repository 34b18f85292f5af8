import { familyOf } from "./cidr.ts";
import type {
  AssociatedBlock,
  InternetGatewayRecord,
  NetworkAclRecord,
  NetworkInterfaceRecord,
  RouteTableRecord,
  SecurityGroupRecord,
  SecurityGroupRule,
  SubnetRecord,
  Tags,
  VpcRecord,
} from "./collections.ts";
import { ec2Arn } from "./dependencies.ts";
import type { Describable, FilterTable, PageSizes } from "./describe.ts";
import {
  internetGatewayNotFound,
  networkAclNotFound,
  networkInterfaceNotFound,
  routeTableNotFound,
  securityGroupNotFound,
  securityGroupRuleNotFound,
  subnetNotFound,
  vpcNotFound,
} from "./errors.ts";
import { ipv4AddressesOf } from "./interface-records.ts";
import { attachmentOwner, ownerOfPublicAddress } from "./views/network-interface.ts";
import { routeState } from "./views/route-table.ts";
import { availabilityZoneId } from "./zones.ts";

/** What each resource is found by. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html */
export const describable = <Resource extends { readonly id: string; readonly tags: Tags }>(
  notFound: Describable<Resource>["notFound"],
  filters: FilterTable<Resource>,
  pageSizes?: PageSizes,
): Describable<Resource> => ({
  idOf: (resource) => resource.id,
  tagsOf: (resource) => resource.tags,
  notFound,
  filters,
  ...(pageSizes === undefined ? {} : { pageSizes }),
});

const always = (value: string) => () => value;
/** What AWS's resources may have and ours never do. */
const never = () => undefined;

const ipv4BlocksOf = (vpc: VpcRecord): readonly AssociatedBlock[] => [
  { associationId: vpc.cidrAssociationId, cidr: vpc.cidr },
  ...(vpc.secondaryBlocks ?? []),
];
const cidrs = (blocks: readonly AssociatedBlock[] | undefined) => (blocks ?? []).map(({ cidr }) => cidr);
const associations = (blocks: readonly AssociatedBlock[] | undefined) =>
  (blocks ?? []).map(({ associationId }) => associationId);

export const describableVpc = describable<VpcRecord>(vpcNotFound, {
  "vpc-id": (vpc) => vpc.id,
  cidr: (vpc) => vpc.cidr,
  "cidr-block": (vpc) => vpc.cidr,
  "cidr-block-association.cidr-block": (vpc) => cidrs(ipv4BlocksOf(vpc)),
  "cidr-block-association.association-id": (vpc) => associations(ipv4BlocksOf(vpc)),
  "cidr-block-association.state": always("associated"),
  "ipv6-cidr-block-association.ipv6-cidr-block": (vpc) => cidrs(vpc.ipv6Blocks),
  "ipv6-cidr-block-association.association-id": (vpc) => associations(vpc.ipv6Blocks),
  "ipv6-cidr-block-association.ipv6-pool": (vpc) => (vpc.ipv6Blocks?.length ? "Amazon" : undefined),
  "ipv6-cidr-block-association.state": (vpc) => (vpc.ipv6Blocks?.length ? "associated" : undefined),
  "dhcp-options-id": (vpc) => vpc.dhcpOptionsId,
  "is-default": (vpc) => String(vpc.isDefault),
  isDefault: (vpc) => String(vpc.isDefault),
  "owner-id": (vpc) => vpc.accountId,
  state: always("available"),
});

export const describableSubnet = describable<SubnetRecord & { readonly freeAddresses: number }>(subnetNotFound, {
  "subnet-id": (subnet) => subnet.id,
  "subnet-arn": (subnet) => ec2Arn(subnet, "subnet", subnet.id),
  "vpc-id": (subnet) => subnet.vpcId,
  cidr: (subnet) => subnet.cidr,
  cidrBlock: (subnet) => subnet.cidr,
  "cidr-block": (subnet) => subnet.cidr,
  "availability-zone": (subnet) => subnet.availabilityZone,
  availabilityZone: (subnet) => subnet.availabilityZone,
  "availability-zone-id": (subnet) => availabilityZoneId(subnet.availabilityZone),
  availabilityZoneId: (subnet) => availabilityZoneId(subnet.availabilityZone),
  "available-ip-address-count": (subnet) => String(subnet.freeAddresses),
  "default-for-az": (subnet) => String(subnet.defaultForAz),
  defaultForAz: (subnet) => String(subnet.defaultForAz),
  "map-public-ip-on-launch": (subnet) => String(subnet.mapPublicIpOnLaunch),
  "owner-id": (subnet) => subnet.accountId,
  state: always("available"),
  "ipv6-native": (subnet) => String(subnet.cidr === undefined),
  "ipv6-cidr-block-association.ipv6-cidr-block": (subnet) => subnet.ipv6Block?.cidr,
  "ipv6-cidr-block-association.association-id": (subnet) => subnet.ipv6Block?.associationId,
  "ipv6-cidr-block-association.state": (subnet) => (subnet.ipv6Block === undefined ? undefined : "associated"),
  "enable-dns64": (subnet) => String(subnet.enableDns64 ?? false),
  "private-dns-name-options-on-launch.hostname-type": (subnet) => subnet.hostnameType ?? "ip-name",
  "private-dns-name-options-on-launch.enable-resource-name-dns-a-record": (subnet) =>
    String(subnet.enableResourceNameDnsARecord ?? false),
  "private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record": (subnet) =>
    String(subnet.enableResourceNameDnsAAAARecord ?? false),
  "map-customer-owned-ip-on-launch": always("false"),
  "customer-owned-ipv4-pool": never,
  "enable-lni-at-device-index": never,
  "outpost-arn": never,
});

const present = (values: readonly (string | undefined)[]): readonly string[] =>
  values.filter((value) => value !== undefined);

/** A group with the names of all groups of its account by their ids. */
export type NamedSecurityGroup = SecurityGroupRecord & { readonly groupNames: ReadonlyMap<string, string> };

const permissionFilters = (
  direction: SecurityGroupRule["direction"],
  prefix: string,
): FilterTable<NamedSecurityGroup> => {
  const each =
    (read: (rule: SecurityGroupRule, group: NamedSecurityGroup) => string | undefined) =>
    (group: NamedSecurityGroup): readonly string[] =>
      present(group.rules.filter((rule) => rule.direction === direction).map((rule) => read(rule, group)));
  const groupOf = ({ peer }: SecurityGroupRule) => (peer.kind === "group" ? peer.groupId : undefined);
  const cidrOf =
    (family: "IPv4" | "IPv6") =>
    ({ peer }: SecurityGroupRule) =>
      peer.kind === "cidr" && familyOf(peer.cidr) === family ? peer.cidr : undefined;
  return {
    [`${prefix}.cidr`]: each(cidrOf("IPv4")),
    [`${prefix}.ipv6-cidr`]: each(cidrOf("IPv6")),
    [`${prefix}.prefix-list-id`]: each(({ peer }) => (peer.kind === "prefix-list" ? peer.prefixListId : undefined)),
    [`${prefix}.group-id`]: each(groupOf),
    [`${prefix}.group-name`]: each((rule, { groupNames }) => groupNames.get(groupOf(rule) ?? "")),
    [`${prefix}.user-id`]: each((rule, { accountId }) => (rule.peer.kind === "group" ? accountId : undefined)),
    [`${prefix}.from-port`]: each((rule) => (rule.protocol === "-1" ? undefined : String(rule.fromPort))),
    [`${prefix}.to-port`]: each((rule) => (rule.protocol === "-1" ? undefined : String(rule.toPort))),
    [`${prefix}.protocol`]: each((rule) => rule.protocol),
  };
};

export const describableSecurityGroup = describable<NamedSecurityGroup>(securityGroupNotFound, {
  "group-id": (group) => group.id,
  "group-name": (group) => group.name,
  description: (group) => group.description,
  "vpc-id": (group) => group.vpcId,
  "owner-id": (group) => group.accountId,
  ...permissionFilters("ingress", "ip-permission"),
  ...permissionFilters("egress", "egress.ip-permission"),
});

export interface RuleOfGroup {
  readonly id: string;
  readonly tags: Tags;
  readonly rule: SecurityGroupRule;
  readonly group: SecurityGroupRecord;
}

export const describableSecurityGroupRule = describable<RuleOfGroup>(securityGroupRuleNotFound, {
  "group-id": ({ group }) => group.id,
  "security-group-rule-id": ({ rule }) => rule.id,
});

export const describableNetworkInterface = describable<
  NetworkInterfaceRecord & { readonly groupNames: ReadonlyMap<string, string> }
>(networkInterfaceNotFound, {
  "network-interface-id": (record) => record.id,
  "subnet-id": (record) => record.subnetId,
  "vpc-id": (record) => record.vpcId,
  "availability-zone": (record) => record.availabilityZone,
  "availability-zone-id": (record) => availabilityZoneId(record.availabilityZone),
  description: (record) => record.description,
  "group-id": (record) => record.securityGroupIds,
  "group-name": (record) => present(record.securityGroupIds.map((id) => record.groupNames.get(id))),
  "mac-address": (record) => record.macAddress,
  "owner-id": (record) => record.accountId,
  "private-ip-address": (record) => record.privateAddress,
  "private-dns-name": (record) => record.privateDnsName,
  "addresses.private-ip-address": ipv4AddressesOf,
  "addresses.primary": (record) => ipv4AddressesOf(record).map((_, index) => String(index === 0)),
  "addresses.association.public-ip": (record) => record.publicAddress,
  "ipv6-addresses.ipv6-address": (record) => record.ipv6Addresses,
  "association.public-ip": (record) => record.publicAddress,
  "association.allocation-id": (record) => record.elastic?.allocationId,
  "association.association-id": (record) => record.elastic?.associationId,
  "association.ip-owner-id": (record) =>
    record.publicAddress === undefined ? undefined : ownerOfPublicAddress(record),
  "addresses.association.owner-id": (record) =>
    record.publicAddress === undefined ? undefined : ownerOfPublicAddress(record),
  "association.public-dns-name": never,
  "attachment.attach-time": (record) =>
    record.ec2AttachmentId === undefined ? undefined : new Date(record.attachedAt).toISOString(),
  "attachment.attachment-id": (record) => record.ec2AttachmentId,
  "attachment.status": (record) => (record.ec2AttachmentId === undefined ? undefined : "attached"),
  "attachment.device-index": (record) => (record.ec2AttachmentId === undefined ? undefined : "1"),
  "attachment.instance-owner-id": attachmentOwner,
  "attachment.delete-on-termination": (record) => (record.ec2AttachmentId === undefined ? undefined : "false"),
  /** Tasks are no instances: Terraform asks so before it deletes a group. */
  "attachment.instance-id": never,
  "operator.managed": always("false"),
  "operator.principal": never,
  "interface-type": (record) => record.interfaceType ?? "interface",
  "requester-id": (record) => (record.madeByCaller ? undefined : record.ownerId),
  "requester-managed": (record) => String(record.madeByCaller !== true),
  "source-dest-check": (record) => String(record.sourceDestCheck ?? true),
  status: (record) => (record.ec2AttachmentId === undefined ? "available" : "in-use"),
});

export const describableInternetGateway = describable<InternetGatewayRecord>(internetGatewayNotFound, {
  "internet-gateway-id": (gateway) => gateway.id,
  "attachment.vpc-id": (gateway) => gateway.vpcId,
  "attachment.state": (gateway) => (gateway.vpcId === undefined ? undefined : "available"),
  "owner-id": (gateway) => gateway.accountId,
});

const targetsWith =
  (prefix: string) =>
  (table: RouteTableRecord): readonly string[] =>
    table.routes.map(({ gatewayId }) => gatewayId).filter((id) => id.startsWith(prefix));
const destinationsIn =
  (family: "IPv4" | "IPv6" | undefined) =>
  (table: RouteTableRecord): readonly string[] =>
    table.routes.map(({ destinationCidr }) => destinationCidr).filter((cidr) => familyOf(cidr) === family);

export const describableRouteTable = describable<RouteTableRecord & { readonly liveTargets: ReadonlySet<string> }>(
  routeTableNotFound,
  {
    "route-table-id": (table) => table.id,
    "vpc-id": (table) => table.vpcId,
    "owner-id": (table) => table.accountId,
    "association.main": (table) => table.associations.map(({ subnetId }) => String(subnetId === undefined)),
    "association.route-table-id": (table) => (table.associations.length === 0 ? undefined : table.id),
    "association.route-table-association-id": (table) => table.associations.map(({ id }) => id),
    "association.subnet-id": (table) => present(table.associations.map(({ subnetId }) => subnetId)),
    "association.gateway-id": never,
    "route.destination-cidr-block": destinationsIn("IPv4"),
    "route.destination-ipv6-cidr-block": destinationsIn("IPv6"),
    "route.destination-prefix-list-id": destinationsIn(undefined),
    "route.gateway-id": (table) =>
      table.routes.map(({ gatewayId }) => gatewayId).filter((id) => /^(local$|igw-|vgw-|vpce-)/.test(id)),
    "route.nat-gateway-id": targetsWith("nat-"),
    "route.network-interface-id": targetsWith("eni-"),
    "route.vpc-peering-connection-id": targetsWith("pcx-"),
    "route.egress-only-internet-gateway-id": targetsWith("eigw-"),
    "route.instance-id": never,
    "route.transit-gateway-id": never,
    "route.origin": (table) => table.routes.map(({ origin }) => origin),
    "route.state": (table) => table.routes.map((route) => routeState(route, table.liveTargets)),
  },
  { least: 5, most: 100 },
);

export const describableNetworkAcl = describable<NetworkAclRecord>(networkAclNotFound, {
  "network-acl-id": (acl) => acl.id,
  "vpc-id": (acl) => acl.vpcId,
  "owner-id": (acl) => acl.accountId,
  default: (acl) => String(acl.isDefault),
  "association.association-id": (acl) => acl.associations.map(({ id }) => id),
  "association.network-acl-id": (acl) => acl.id,
  "association.subnet-id": (acl) => acl.associations.map(({ subnetId }) => subnetId),
  "entry.cidr": (acl) => acl.entries.map(({ cidr }) => cidr).filter((cidr) => familyOf(cidr) === "IPv4"),
  "entry.ipv6-cidr": (acl) => acl.entries.map(({ cidr }) => cidr).filter((cidr) => familyOf(cidr) === "IPv6"),
  "entry.port-range.from": (acl) => present(acl.entries.map(({ portRange }) => portRange?.from.toString())),
  "entry.port-range.to": (acl) => present(acl.entries.map(({ portRange }) => portRange?.to.toString())),
  "entry.icmp.type": (acl) => present(acl.entries.map(({ icmp }) => icmp?.type.toString())),
  "entry.icmp.code": (acl) => present(acl.entries.map(({ icmp }) => icmp?.code.toString())),
  "entry.egress": (acl) => acl.entries.map(({ egress }) => String(egress)),
  "entry.protocol": (acl) => acl.entries.map(({ protocol }) => protocol),
  "entry.rule-action": (acl) => acl.entries.map(({ action }) => action),
  "entry.rule-number": (acl) => acl.entries.map(({ ruleNumber }) => String(ruleNumber)),
});
