import type {
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
import type { Describable, FilterTable } from "./describe.ts";
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
import { availabilityZoneId } from "./zones.ts";

/** What each resource is found by. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html */
const describable = <Resource extends { readonly id: string; readonly tags: Tags }>(
  notFound: Describable<Resource>["notFound"],
  filters: FilterTable<Resource>,
): Describable<Resource> => ({
  idOf: (resource) => resource.id,
  tagsOf: (resource) => resource.tags,
  notFound,
  filters,
});

const always = (value: string) => () => value;

export const describableVpc = describable<VpcRecord>(vpcNotFound, {
  "vpc-id": (vpc) => vpc.id,
  cidr: (vpc) => vpc.cidr,
  "cidr-block": (vpc) => vpc.cidr,
  "cidr-block-association.cidr-block": (vpc) => vpc.cidr,
  "cidr-block-association.association-id": (vpc) => vpc.cidrAssociationId,
  "cidr-block-association.state": always("associated"),
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
  "ipv6-native": always("false"),
});

const present = (values: readonly (string | undefined)[]): readonly string[] =>
  values.filter((value) => value !== undefined);

const permissionFilters = (
  direction: SecurityGroupRule["direction"],
  prefix: string,
): FilterTable<SecurityGroupRecord> => {
  const each =
    (read: (rule: SecurityGroupRule) => string | undefined) =>
    (group: SecurityGroupRecord): readonly string[] =>
      present(group.rules.filter((rule) => rule.direction === direction).map(read));
  const groupOf = ({ peer }: SecurityGroupRule) => (peer.kind === "group" ? peer.groupId : undefined);
  return {
    [`${prefix}.cidr`]: each(({ peer }) => (peer.kind === "cidr" ? peer.cidr : undefined)),
    [`${prefix}.group-id`]: each(groupOf),
    [`${prefix}.from-port`]: each((rule) => (rule.protocol === "-1" ? undefined : String(rule.fromPort))),
    [`${prefix}.to-port`]: each((rule) => (rule.protocol === "-1" ? undefined : String(rule.toPort))),
    [`${prefix}.protocol`]: each((rule) => rule.protocol),
  };
};

export const describableSecurityGroup = describable<SecurityGroupRecord>(securityGroupNotFound, {
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
  description: (record) => record.description,
  "group-id": (record) => record.securityGroupIds,
  "group-name": (record) => present(record.securityGroupIds.map((id) => record.groupNames.get(id))),
  "mac-address": (record) => record.macAddress,
  "owner-id": (record) => record.accountId,
  "private-ip-address": (record) => record.privateAddress,
  "private-dns-name": (record) => record.privateDnsName,
  "addresses.private-ip-address": (record) => record.privateAddress,
  "addresses.primary": always("true"),
  "addresses.association.public-ip": (record) => record.publicAddress,
  "association.public-ip": (record) => record.publicAddress,
  "association.ip-owner-id": (record) => (record.publicAddress === undefined ? undefined : "amazon"),
  "attachment.attachment-id": (record) => record.ec2AttachmentId,
  "attachment.status": always("attached"),
  "attachment.device-index": always("1"),
  "attachment.instance-owner-id": (record) => record.accountId,
  "attachment.delete-on-termination": always("false"),
  /** Tasks are no instances: Terraform asks so before it deletes a group. */
  "attachment.instance-id": () => undefined,
  "interface-type": always("interface"),
  "requester-id": (record) => record.ownerId,
  "requester-managed": always("true"),
  "source-dest-check": always("true"),
  status: always("in-use"),
});

export const describableInternetGateway = describable<InternetGatewayRecord>(internetGatewayNotFound, {
  "internet-gateway-id": (gateway) => gateway.id,
  "attachment.vpc-id": (gateway) => gateway.vpcId,
  "attachment.state": (gateway) => (gateway.vpcId === undefined ? undefined : "available"),
  "owner-id": (gateway) => gateway.accountId,
});

export const describableRouteTable = describable<RouteTableRecord>(routeTableNotFound, {
  "route-table-id": (table) => table.id,
  "vpc-id": (table) => table.vpcId,
  "owner-id": (table) => table.accountId,
  "association.main": (table) => table.associations.map(({ subnetId }) => String(subnetId === undefined)),
  "association.route-table-id": (table) => (table.associations.length === 0 ? undefined : table.id),
  "association.route-table-association-id": (table) => table.associations.map(({ id }) => id),
  "association.subnet-id": (table) => present(table.associations.map(({ subnetId }) => subnetId)),
  "route.destination-cidr-block": (table) => table.routes.map(({ destinationCidr }) => destinationCidr),
  "route.gateway-id": (table) => table.routes.map(({ gatewayId }) => gatewayId),
  "route.origin": (table) => table.routes.map(({ origin }) => origin),
  "route.state": always("active"),
});

export const describableNetworkAcl = describable<NetworkAclRecord>(networkAclNotFound, {
  "network-acl-id": (acl) => acl.id,
  "vpc-id": (acl) => acl.vpcId,
  "owner-id": (acl) => acl.accountId,
  default: (acl) => String(acl.isDefault),
  "association.association-id": (acl) => acl.associations.map(({ id }) => id),
  "association.network-acl-id": (acl) => acl.id,
  "association.subnet-id": (acl) => acl.associations.map(({ subnetId }) => subnetId),
  "entry.cidr": (acl) => acl.entries.map(({ cidr }) => cidr),
  "entry.egress": (acl) => acl.entries.map(({ egress }) => String(egress)),
  "entry.protocol": (acl) => acl.entries.map(({ protocol }) => protocol),
  "entry.rule-action": (acl) => acl.entries.map(({ action }) => action),
  "entry.rule-number": (acl) => acl.entries.map(({ ruleNumber }) => String(ruleNumber)),
});
