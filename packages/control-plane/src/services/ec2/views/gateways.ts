import type { Address, DhcpOptions, EgressOnlyInternetGateway, NatGateway, NatGatewayState } from "@aws-sdk/client-ec2";
import type {
  AddressRecord,
  DhcpOptionsRecord,
  EgressOnlyInternetGatewayRecord,
  NatGatewayRecord,
} from "../connectivity-collections.ts";
import { tagsView } from "../tags.ts";

export const dhcpOptionsView = (record: DhcpOptionsRecord): DhcpOptions => ({
  DhcpOptionsId: record.id,
  OwnerId: record.accountId,
  DhcpConfigurations: Object.entries(record.options).map(([Key, values]) => ({
    Key,
    Values: values.map((Value) => ({ Value })),
  })),
  Tags: tagsView(record.tags),
});

export const egressOnlyInternetGatewayView = (gateway: EgressOnlyInternetGatewayRecord): EgressOnlyInternetGateway => ({
  EgressOnlyInternetGatewayId: gateway.id,
  Attachments: [{ State: "attached", VpcId: gateway.vpcId }],
  Tags: tagsView(gateway.tags),
});

export const addressView = (address: AddressRecord): Address => ({
  AllocationId: address.id,
  PublicIp: address.publicAddress,
  Domain: "vpc",
  PublicIpv4Pool: "amazon",
  NetworkBorderGroup: address.region,
  ...(address.association === undefined
    ? {}
    : {
        AssociationId: address.association.id,
        NetworkInterfaceId: address.association.networkInterfaceId,
        NetworkInterfaceOwnerId: address.accountId,
        PrivateIpAddress: address.association.privateAddress,
      }),
  Tags: tagsView(address.tags),
});

/** A gateway works from the commit that made it on, and is gone with the one that deletes it. */
export const natGatewayState = (gateway: NatGatewayRecord): NatGatewayState => {
  if (gateway.deletedAt !== undefined) return "deleted";
  return gateway.failure === undefined ? "available" : "failed";
};

export const natGatewayView = (gateway: NatGatewayRecord): NatGateway => ({
  NatGatewayId: gateway.id,
  VpcId: gateway.vpcId,
  SubnetId: gateway.subnetId,
  ConnectivityType: gateway.connectivity,
  AvailabilityMode: "zonal",
  State: natGatewayState(gateway),
  CreateTime: new Date(gateway.createdAt),
  ...(gateway.deletedAt === undefined ? {} : { DeleteTime: new Date(gateway.deletedAt) }),
  ...(gateway.failure === undefined
    ? {}
    : { FailureCode: gateway.failure.code, FailureMessage: gateway.failure.message }),
  NatGatewayAddresses: [
    {
      IsPrimary: true,
      NetworkInterfaceId: gateway.networkInterfaceId,
      PrivateIp: gateway.privateAddress,
      Status: gateway.failure === undefined ? "succeeded" : "failed",
      ...(gateway.publicAddress === undefined ? {} : { PublicIp: gateway.publicAddress }),
      ...(gateway.allocationId === undefined ? {} : { AllocationId: gateway.allocationId }),
      ...(gateway.associationId === undefined ? {} : { AssociationId: gateway.associationId }),
    },
  ],
  Tags: tagsView(gateway.tags),
});
