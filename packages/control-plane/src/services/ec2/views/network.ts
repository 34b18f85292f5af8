import type {
  InternetGateway,
  NetworkAcl,
  Subnet,
  SubnetCidrBlockStateCode,
  SubnetIpv6CidrBlockAssociation,
  Vpc,
  VpcCidrBlockStateCode,
  VpcIpv6CidrBlockAssociation,
} from "@aws-sdk/client-ec2";
import { familyOf } from "../cidr.ts";
import type {
  AssociatedBlock,
  InternetGatewayRecord,
  NetworkAclRecord,
  SubnetRecord,
  VpcRecord,
} from "../collections.ts";
import { ec2Arn } from "../dependencies.ts";
import { tagsView } from "../tags.ts";
import { availabilityZoneId } from "../zones.ts";

export const ipv6BlockViews = (
  vpc: VpcRecord,
  blocks: readonly AssociatedBlock[],
  state: VpcCidrBlockStateCode,
): VpcIpv6CidrBlockAssociation[] =>
  blocks.map(({ associationId, cidr }) => ({
    AssociationId: associationId,
    Ipv6CidrBlock: cidr,
    Ipv6CidrBlockState: { State: state },
    Ipv6Pool: "Amazon",
    Ipv6AddressAttribute: "private",
    IpSource: "amazon",
    NetworkBorderGroup: vpc.region,
  }));

export const vpcView = (vpc: VpcRecord): Vpc => ({
  VpcId: vpc.id,
  OwnerId: vpc.accountId,
  CidrBlock: vpc.cidr,
  CidrBlockAssociationSet: [
    { associationId: vpc.cidrAssociationId, cidr: vpc.cidr },
    ...(vpc.secondaryBlocks ?? []),
  ].map(({ associationId, cidr }) => ({
    AssociationId: associationId,
    CidrBlock: cidr,
    CidrBlockState: { State: "associated" },
  })),
  DhcpOptionsId: vpc.dhcpOptionsId,
  InstanceTenancy: "default",
  Ipv6CidrBlockAssociationSet: ipv6BlockViews(vpc, vpc.ipv6Blocks ?? [], "associated"),
  IsDefault: vpc.isDefault,
  State: "available",
  Tags: tagsView(vpc.tags),
});

export const subnetIpv6BlockView = (
  { associationId, cidr }: AssociatedBlock,
  state: SubnetCidrBlockStateCode,
): SubnetIpv6CidrBlockAssociation => ({
  AssociationId: associationId,
  Ipv6CidrBlock: cidr,
  Ipv6CidrBlockState: { State: state },
  Ipv6AddressAttribute: "private",
  IpSource: "amazon",
});

export const subnetView = (subnet: SubnetRecord, freeAddresses: number): Subnet => ({
  SubnetId: subnet.id,
  SubnetArn: ec2Arn(subnet, "subnet", subnet.id),
  OwnerId: subnet.accountId,
  VpcId: subnet.vpcId,
  CidrBlock: subnet.cidr,
  AvailabilityZone: subnet.availabilityZone,
  AvailabilityZoneId: availabilityZoneId(subnet.availabilityZone),
  AvailableIpAddressCount: freeAddresses,
  DefaultForAz: subnet.defaultForAz,
  MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
  MapCustomerOwnedIpOnLaunch: false,
  AssignIpv6AddressOnCreation: subnet.assignIpv6AddressOnCreation ?? false,
  Ipv6CidrBlockAssociationSet:
    subnet.ipv6Block === undefined ? [] : [subnetIpv6BlockView(subnet.ipv6Block, "associated")],
  Ipv6Native: subnet.cidr === undefined,
  EnableDns64: subnet.enableDns64 ?? false,
  PrivateDnsNameOptionsOnLaunch: {
    HostnameType: subnet.hostnameType ?? "ip-name",
    EnableResourceNameDnsARecord: subnet.enableResourceNameDnsARecord ?? false,
    EnableResourceNameDnsAAAARecord: subnet.enableResourceNameDnsAAAARecord ?? false,
  },
  State: "available",
  Tags: tagsView(subnet.tags),
});

/** The model's enumeration has no `available`, yet that is what AWS answers and clients wait for. */
export interface InternetGatewayView extends Omit<InternetGateway, "Attachments"> {
  readonly Attachments: readonly { readonly State: "available"; readonly VpcId: string }[];
}

export const internetGatewayView = (gateway: InternetGatewayRecord): InternetGatewayView => ({
  InternetGatewayId: gateway.id,
  OwnerId: gateway.accountId,
  Attachments: gateway.vpcId === undefined ? [] : [{ State: "available", VpcId: gateway.vpcId }],
  Tags: tagsView(gateway.tags),
});

export const networkAclView = (acl: NetworkAclRecord): NetworkAcl => ({
  NetworkAclId: acl.id,
  OwnerId: acl.accountId,
  VpcId: acl.vpcId,
  IsDefault: acl.isDefault,
  Entries: acl.entries.map(({ ruleNumber, protocol, action, egress, cidr, portRange, icmp }) => ({
    RuleNumber: ruleNumber,
    Protocol: protocol,
    RuleAction: action,
    Egress: egress,
    ...(familyOf(cidr) === "IPv6" ? { Ipv6CidrBlock: cidr } : { CidrBlock: cidr }),
    ...(portRange === undefined ? {} : { PortRange: { From: portRange.from, To: portRange.to } }),
    ...(icmp === undefined ? {} : { IcmpTypeCode: { Type: icmp.type, Code: icmp.code } }),
  })),
  Associations: acl.associations.map(({ id, subnetId }) => ({
    NetworkAclAssociationId: id,
    NetworkAclId: acl.id,
    SubnetId: subnetId,
  })),
  Tags: tagsView(acl.tags),
});
