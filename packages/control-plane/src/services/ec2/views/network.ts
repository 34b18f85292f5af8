import type { InternetGateway, NetworkAcl, NetworkInterface, RouteTable, Subnet, Vpc } from "@aws-sdk/client-ec2";
import type {
  InternetGatewayRecord,
  NetworkAclRecord,
  NetworkInterfaceRecord,
  RouteTableRecord,
  SubnetRecord,
  VpcRecord,
} from "../collections.ts";
import { ec2Arn } from "../dependencies.ts";
import { tagsView } from "../tags.ts";
import { availabilityZoneId } from "../zones.ts";

export const vpcView = (vpc: VpcRecord): Vpc => ({
  VpcId: vpc.id,
  OwnerId: vpc.accountId,
  CidrBlock: vpc.cidr,
  CidrBlockAssociationSet: [
    { AssociationId: vpc.cidrAssociationId, CidrBlock: vpc.cidr, CidrBlockState: { State: "associated" } },
  ],
  DhcpOptionsId: vpc.dhcpOptionsId,
  InstanceTenancy: "default",
  Ipv6CidrBlockAssociationSet: [],
  IsDefault: vpc.isDefault,
  State: "available",
  Tags: tagsView(vpc.tags),
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
  AssignIpv6AddressOnCreation: false,
  Ipv6CidrBlockAssociationSet: [],
  Ipv6Native: false,
  EnableDns64: false,
  PrivateDnsNameOptionsOnLaunch: {
    HostnameType: "ip-name",
    EnableResourceNameDnsARecord: false,
    EnableResourceNameDnsAAAARecord: false,
  },
  State: "available",
  Tags: tagsView(subnet.tags),
});

/** AWS's public names, such as ec2-203-0-113-5.compute-1.amazonaws.com, resolve to nothing here: none is shown. */
export const networkInterfaceView = (
  record: NetworkInterfaceRecord,
  groupNames: ReadonlyMap<string, string>,
): NetworkInterface => {
  const association =
    record.publicAddress === undefined
      ? {}
      : { Association: { IpOwnerId: "amazon", PublicIp: record.publicAddress, PublicDnsName: "" } };
  return {
    NetworkInterfaceId: record.id,
    OwnerId: record.accountId,
    VpcId: record.vpcId,
    SubnetId: record.subnetId,
    AvailabilityZone: record.availabilityZone,
    AvailabilityZoneId: availabilityZoneId(record.availabilityZone),
    Description: record.description,
    InterfaceType: "interface",
    MacAddress: record.macAddress,
    PrivateIpAddress: record.privateAddress,
    PrivateDnsName: record.privateDnsName,
    PrivateIpAddresses: [
      {
        Primary: true,
        PrivateIpAddress: record.privateAddress,
        PrivateDnsName: record.privateDnsName,
        ...association,
      },
    ],
    ...association,
    Groups: record.securityGroupIds.map((id) => ({ GroupId: id, GroupName: groupNames.get(id) ?? "" })),
    Attachment: {
      AttachmentId: record.ec2AttachmentId,
      AttachTime: new Date(record.attachedAt),
      DeleteOnTermination: false,
      DeviceIndex: 1,
      InstanceOwnerId: record.accountId,
      Status: "attached",
    },
    Ipv6Addresses: [],
    RequesterId: record.ownerId,
    RequesterManaged: true,
    SourceDestCheck: true,
    Status: "in-use",
    TagSet: tagsView(record.tags),
  };
};

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

export const routeTableView = (table: RouteTableRecord): RouteTable => ({
  RouteTableId: table.id,
  OwnerId: table.accountId,
  VpcId: table.vpcId,
  Associations: table.associations.map(({ id, subnetId }) => ({
    RouteTableAssociationId: id,
    RouteTableId: table.id,
    Main: subnetId === undefined,
    ...(subnetId === undefined ? {} : { SubnetId: subnetId }),
    AssociationState: { State: "associated" },
  })),
  PropagatingVgws: [],
  Routes: table.routes.map(({ destinationCidr, gatewayId, origin }) => ({
    DestinationCidrBlock: destinationCidr,
    GatewayId: gatewayId,
    Origin: origin,
    State: "active",
  })),
  Tags: tagsView(table.tags),
});

export const networkAclView = (acl: NetworkAclRecord): NetworkAcl => ({
  NetworkAclId: acl.id,
  OwnerId: acl.accountId,
  VpcId: acl.vpcId,
  IsDefault: acl.isDefault,
  Entries: acl.entries.map(({ ruleNumber, protocol, action, egress, cidr }) => ({
    RuleNumber: ruleNumber,
    Protocol: protocol,
    RuleAction: action,
    Egress: egress,
    CidrBlock: cidr,
  })),
  Associations: acl.associations.map(({ id, subnetId }) => ({
    NetworkAclAssociationId: id,
    NetworkAclId: acl.id,
    SubnetId: subnetId,
  })),
  Tags: tagsView(acl.tags),
});
