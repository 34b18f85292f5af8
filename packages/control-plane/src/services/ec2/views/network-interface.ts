import type { NetworkInterface, NetworkInterfaceAssociation, NetworkInterfaceAttachment } from "@aws-sdk/client-ec2";
import type { NetworkInterfaceRecord } from "../collections.ts";
import { ipv4AddressesOf } from "../interface-records.ts";
import { tagsView } from "../tags.ts";
import { availabilityZoneId, privateDnsNameOf } from "../zones.ts";

export const ownerOfPublicAddress = (record: NetworkInterfaceRecord): string =>
  record.elastic === undefined ? "amazon" : record.accountId;

/** AWS's own for what serves as a gateway or an endpoint. */
export const attachmentOwner = (record: NetworkInterfaceRecord): string | undefined => {
  if (record.ec2AttachmentId === undefined) return undefined;
  return record.interfaceType === undefined || record.interfaceType === "interface" ? record.accountId : "amazon-aws";
};

/** AWS's public names, such as ec2-203-0-113-5.compute-1.amazonaws.com, resolve to nothing here: none is shown. */
const associationView = (record: NetworkInterfaceRecord): { readonly Association?: NetworkInterfaceAssociation } =>
  record.publicAddress === undefined
    ? {}
    : {
        Association: {
          IpOwnerId: ownerOfPublicAddress(record),
          PublicIp: record.publicAddress,
          PublicDnsName: "",
          ...(record.elastic === undefined
            ? {}
            : { AllocationId: record.elastic.allocationId, AssociationId: record.elastic.associationId }),
        },
      };

const attachmentView = (record: NetworkInterfaceRecord): { readonly Attachment?: NetworkInterfaceAttachment } => {
  const owner = attachmentOwner(record);
  return record.ec2AttachmentId === undefined || owner === undefined
    ? {}
    : {
        Attachment: {
          AttachmentId: record.ec2AttachmentId,
          AttachTime: new Date(record.attachedAt),
          DeleteOnTermination: false,
          DeviceIndex: 1,
          InstanceOwnerId: owner,
          Status: "attached",
        },
      };
};

export const networkInterfaceView = (
  record: NetworkInterfaceRecord,
  groupNames: ReadonlyMap<string, string>,
): NetworkInterface => {
  return {
    NetworkInterfaceId: record.id,
    OwnerId: record.accountId,
    VpcId: record.vpcId,
    SubnetId: record.subnetId,
    AvailabilityZone: record.availabilityZone,
    AvailabilityZoneId: availabilityZoneId(record.availabilityZone),
    Description: record.description,
    InterfaceType: record.interfaceType ?? "interface",
    MacAddress: record.macAddress,
    PrivateIpAddress: record.privateAddress,
    PrivateDnsName: record.privateDnsName,
    PrivateIpAddresses: ipv4AddressesOf(record).map((address, index) => ({
      Primary: index === 0,
      PrivateIpAddress: address,
      PrivateDnsName: privateDnsNameOf(address, record.region),
      ...(index === 0 ? associationView(record) : {}),
    })),
    ...associationView(record),
    ...attachmentView(record),
    Groups: record.securityGroupIds.map((id) => ({ GroupId: id, GroupName: groupNames.get(id) ?? "" })),
    ...(record.privateAddress === undefined ? { Ipv6Native: true } : {}),
    Ipv6Addresses: (record.ipv6Addresses ?? []).map((Ipv6Address) => ({ Ipv6Address })),
    ...(record.madeByCaller ? {} : { RequesterId: record.ownerId }),
    RequesterManaged: record.madeByCaller !== true,
    SourceDestCheck: record.sourceDestCheck ?? true,
    Status: record.ec2AttachmentId === undefined ? "available" : "in-use",
    TagSet: tagsView(record.tags),
  };
};
