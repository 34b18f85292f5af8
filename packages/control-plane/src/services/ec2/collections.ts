import type { NetworkInterfaceId, SecurityGroupId, SubnetId, VpcId } from "@fleetless/kernel";
import { defineCollection } from "../../state/store.ts";

export type Tags = Readonly<Record<string, string>>;

/** What every EC2 resource has: whose it is, in which region, and its tags. */
export interface OwnedResource {
  readonly accountId: string;
  readonly region: string;
  readonly tags: Tags;
}

export interface VpcRecord extends OwnedResource {
  readonly id: VpcId;
  readonly cidr: string;
  readonly cidrAssociationId: string;
  readonly isDefault: boolean;
  readonly dhcpOptionsId: string;
  readonly enableDnsSupport: boolean;
  readonly enableDnsHostnames: boolean;
  readonly enableNetworkAddressUsageMetrics?: boolean;
  /** Secondary IPv4 blocks. */
  readonly secondaryBlocks?: readonly AssociatedBlock[];
  readonly ipv6Blocks?: readonly AssociatedBlock[];
}

/** A block of addresses that belongs to a VPC or a subnet by an association of its own. */
export interface AssociatedBlock {
  readonly associationId: string;
  readonly cidr: string;
}

export interface SubnetRecord extends OwnedResource {
  readonly id: SubnetId;
  readonly vpcId: VpcId;
  /** Absent from a subnet of IPv6 alone, which has `ipv6Block`. */
  readonly cidr?: string;
  readonly availabilityZone: string;
  readonly mapPublicIpOnLaunch: boolean;
  readonly defaultForAz: boolean;
  readonly ipv6Block?: AssociatedBlock;
  readonly assignIpv6AddressOnCreation?: boolean;
  readonly enableDns64?: boolean;
  readonly hostnameType?: "ip-name" | "resource-name";
  readonly enableResourceNameDnsARecord?: boolean;
  readonly enableResourceNameDnsAAAARecord?: boolean;
}

/** A block is IPv4 or IPv6; a group may be in a peered VPC, which is then named. */
export type RulePeer =
  | { readonly kind: "cidr"; readonly cidr: string }
  | { readonly kind: "prefix-list"; readonly prefixListId: string }
  | {
      readonly kind: "group";
      readonly groupId: SecurityGroupId;
      readonly peered?: { readonly vpcId: VpcId; readonly peeringId: string };
    };

export interface SecurityGroupRule {
  /** `sgr-…` */
  readonly id: string;
  readonly direction: "ingress" | "egress";
  /** `-1`, `tcp`, `udp`, `icmp`, `icmpv6` or an IP protocol number. */
  readonly protocol: string;
  /** Ports, or type and code for ICMP; -1 for all. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: RulePeer;
  readonly description?: string;
  readonly tags: Tags;
}

export interface SecurityGroupRecord extends OwnedResource {
  readonly id: SecurityGroupId;
  readonly vpcId: VpcId;
  readonly name: string;
  readonly description: string;
  readonly rules: readonly SecurityGroupRule[];
}

export interface NetworkInterfaceRecord extends OwnedResource {
  readonly id: NetworkInterfaceId;
  readonly vpcId: VpcId;
  readonly subnetId: SubnetId;
  readonly availabilityZone: string;
  readonly description: string;
  /** Absent, with the name, in a subnet of IPv6 alone. */
  readonly privateAddress?: string;
  readonly privateDnsName?: string;
  readonly macAddress: string;
  readonly secondaryAddresses?: readonly string[];
  readonly ipv6Addresses?: readonly string[];
  readonly publicAddress?: string;
  /** The elastic address that `publicAddress` is; absent where it came from the pool with the interface. */
  readonly elastic?: { readonly allocationId: string; readonly associationId: string };
  readonly securityGroupIds: readonly SecurityGroupId[];
  /** The attachment that ECS shows. */
  readonly attachmentId: string;
  /** The attachment that EC2 shows, `ela-attach-…`; absent from an interface that nothing uses. */
  readonly ec2AttachmentId?: string;
  readonly attachedAt: number;
  /** What uses the interface, such as a task's ARN; of one that a caller made for itself, the account. */
  readonly ownerId: string;
  /** `interface` where absent. */
  readonly interfaceType?: "interface" | "natGateway" | "vpc_endpoint";
  /** Whether a caller made it, who may then delete it. */
  readonly madeByCaller?: boolean;
  /** True where absent. */
  readonly sourceDestCheck?: boolean;
}

export interface InternetGatewayRecord extends OwnedResource {
  readonly id: string;
  readonly vpcId?: VpcId;
}

export interface RouteRecord {
  /** An IPv4 or IPv6 block, or the id of a prefix list. */
  readonly destinationCidr: string;
  /** `local`, or the id of the target, whose prefix tells its kind. */
  readonly gatewayId: string;
  readonly origin: "CreateRouteTable" | "CreateRoute";
}

export interface RouteTableRecord extends OwnedResource {
  readonly id: string;
  readonly vpcId: VpcId;
  /** Virtual private gateways that may pass routes on to it. */
  readonly propagatingGateways?: readonly string[];
  readonly routes: readonly RouteRecord[];
  /** The association without a subnet is the one that makes a table the main one. */
  readonly associations: readonly { readonly id: string; readonly subnetId?: SubnetId }[];
}

export interface NetworkAclEntryRecord {
  readonly ruleNumber: number;
  /** `-1` or a protocol's number. */
  readonly protocol: string;
  readonly action: "allow" | "deny";
  readonly egress: boolean;
  /** An IPv4 or IPv6 block. */
  readonly cidr: string;
  readonly portRange?: { readonly from: number; readonly to: number };
  readonly icmp?: { readonly type: number; readonly code: number };
}

export interface NetworkAclRecord extends OwnedResource {
  readonly id: string;
  readonly vpcId: VpcId;
  readonly isDefault: boolean;
  readonly entries: readonly NetworkAclEntryRecord[];
  readonly associations: readonly { readonly id: string; readonly subnetId: SubnetId }[];
}

/** Where the allocation of addresses of one range stands. */
export interface AddressPoolRecord {
  /** Offset of the lowest address that was never handed out. */
  readonly next: number;
  /** Number of the oldest and behind the newest entry in the line of freed addresses. */
  readonly oldestFreed: number;
  readonly nextFreed: number;
  /** Offsets above `next` that callers chose. */
  readonly chosen?: readonly number[];
  /** How many entries were taken out of the middle of the line, by choice. */
  readonly gaps?: number;
}

/** `<account>/<region>`, under which all of a region's resources are found. */
export const scopeOf = (owner: { readonly accountId: string; readonly region: string }): string =>
  `${owner.accountId}/${owner.region}`;

/** Keys begin with the VPC, so that a change's key tells whose data plane it concerns. */
export const keyInVpc = (resource: { readonly vpcId: VpcId; readonly id: string }): string =>
  `${resource.vpcId}/${resource.id}`;

const identified = { id: (resource: { readonly id: string }) => resource.id };
const scoped = { scope: scopeOf };

export const vpcs = defineCollection<VpcRecord>("ec2.vpcs", { ...scoped });
export const subnets = defineCollection<SubnetRecord>("ec2.subnets", { ...identified, ...scoped });
export const securityGroups = defineCollection<SecurityGroupRecord>("ec2.security-groups", {
  ...identified,
  ...scoped,
  rule: (group) => group.rules.map((rule) => rule.id),
  referenced: (group) => [...new Set(group.rules.flatMap(({ peer }) => (peer.kind === "group" ? [peer.groupId] : [])))],
  prefixList: (group) => [
    ...new Set(group.rules.flatMap(({ peer }) => (peer.kind === "prefix-list" ? [peer.prefixListId] : []))),
  ],
});
export const networkInterfaces = defineCollection<NetworkInterfaceRecord>("ec2.network-interfaces", {
  ...identified,
  ...scoped,
  securityGroup: (networkInterface) => networkInterface.securityGroupIds,
});
export const routeTables = defineCollection<RouteTableRecord>("ec2.route-tables", {
  ...identified,
  ...scoped,
  association: (table) => table.associations.map(({ id }) => id),
  target: (table) => [...new Set(table.routes.map(({ gatewayId }) => gatewayId))],
  destination: (table) => [...new Set(table.routes.map(({ destinationCidr }) => destinationCidr))],
});
export const networkAcls = defineCollection<NetworkAclRecord>("ec2.network-acls", {
  ...identified,
  ...scoped,
  association: (acl) => acl.associations.map(({ id }) => id),
});
export const internetGateways = defineCollection<InternetGatewayRecord>("ec2.internet-gateways", { ...scoped });
/** By `<account>/<region>`: the id of the default VPC; none where that was deleted, and is not to come back by itself. */
export const defaultVpcs = defineCollection<{ readonly vpcId?: VpcId }>("ec2.default-vpcs");
/** By `<VPC>/<name>`: keeps two groups of one name apart. */
export const securityGroupNames = defineCollection<{ readonly id: SecurityGroupId }>("ec2.security-group-names");
export const addressPools = defineCollection<AddressPoolRecord>("ec2.address-pools");
/** By `<pool>/<number in line>`. */
export const freedAddresses = defineCollection<{ readonly offset: number }>("ec2.freed-addresses");
/** By security group: raised by whoever begins to use the group, read by whoever deletes it. */
export const securityGroupGuards = defineCollection<{ readonly uses: number }>("ec2.security-group-guards");
