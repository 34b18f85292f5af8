import {
  AllocateAddressCommand,
  AssignPrivateIpAddressesCommand,
  AssociateAddressCommand,
  AssociateSubnetCidrBlockCommand,
  CreateNatGatewayCommand,
  CreateNetworkInsightsPathCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcEndpointCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSubnetCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  DisassociateSubnetCidrBlockCommand,
  ModifySubnetAttributeCommand,
  type ModifySubnetAttributeCommandInput,
  StartNetworkInsightsAnalysisCommand,
} from "@aws-sdk/client-ec2";
import { beforeAll, describe, expect, test } from "vitest";
import { ec2, newGateway, newSubnet, newVpc, plane } from "./support/served-ec2.ts";

let VpcId: string;
let block: string;
let SubnetId: string;

/** The VPC's /64 with this number. */
const part = (number: number): string => block.replace(/00::\/56$/, `0${number}::/64`);

const create = async (number: number) =>
  (await ec2.send(new CreateSubnetCommand({ VpcId, Ipv6Native: true, Ipv6CidrBlock: part(number) }))).Subnet;

beforeAll(async () => {
  VpcId = await newVpc("10.0.0.0/16", true);
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }));
  block = Vpcs?.[0]?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock ?? "";
  await newGateway(VpcId);
  SubnetId = (await create(1))?.SubnetId ?? "";
});

const combination = (message: RegExp) => ({
  name: "InvalidParameterCombination",
  message: expect.stringMatching(message),
});

describe("an IPv6-only subnet", () => {
  test("has no IPv4 block or addresses, and gives IPv6 addresses by itself", async () => {
    const { Subnets } = await ec2.send(
      new DescribeSubnetsCommand({
        Filters: [
          { Name: "vpc-id", Values: [VpcId] },
          { Name: "ipv6-native", Values: ["true"] },
        ],
      }),
    );
    expect(Subnets).toHaveLength(1);
    expect(Subnets?.[0]).toMatchObject({
      SubnetId,
      State: "available",
      Ipv6Native: true,
      AvailableIpAddressCount: 0,
      AssignIpv6AddressOnCreation: true,
      MapPublicIpOnLaunch: false,
      Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: part(1), Ipv6CidrBlockState: { State: "associated" } }],
      PrivateDnsNameOptionsOnLaunch: { HostnameType: "resource-name" },
    });
    expect(Subnets?.[0]).not.toHaveProperty("CidrBlock");
  });

  test("is refused with IPv4 parameters, without an IPv6 block, and with one that another has", async () => {
    const native = { VpcId, Ipv6Native: true };
    await expect(
      ec2.send(new CreateSubnetCommand({ ...native, Ipv6CidrBlock: part(2), CidrBlock: "10.0.2.0/24" })),
    ).rejects.toMatchObject(
      combination(
        /^When specifying ipv4 parameters, cidrBlock or ipv4IpamPoolId, you cannot set ipv6Native to true\.$/,
      ),
    );
    await expect(ec2.send(new CreateSubnetCommand(native))).rejects.toMatchObject({
      name: "MissingParameter",
      message: "Either 'ipv6CidrBlock' or 'ipv6IpamPoolId' should be provided.",
    });
    await expect(create(1)).rejects.toMatchObject({ name: "InvalidSubnet.Conflict" });
    const outside = ec2.send(new CreateSubnetCommand({ ...native, Ipv6CidrBlock: "2001:db8::/64" }));
    await expect(outside).rejects.toMatchObject({ name: "InvalidSubnet.Range" });
    const sixth = ec2.send(new AssociateSubnetCidrBlockCommand({ SubnetId, Ipv6CidrBlock: part(3) }));
    await expect(sixth).rejects.toMatchObject({ name: "InvalidSubnet.Conflict" });
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
    const AssociationId = Subnets?.[0]?.Ipv6CidrBlockAssociationSet?.[0]?.AssociationId;
    await expect(ec2.send(new DisassociateSubnetCidrBlockCommand({ AssociationId }))).rejects.toMatchObject(
      combination(/cannot be disassociated in subnet-\w+, which is an IPv6-only subnet\.$/),
    );
  });

  test.each<[string, Omit<ModifySubnetAttributeCommandInput, "SubnetId">]>([
    ["mapPublicIpOnLaunch cannot be true", { MapPublicIpOnLaunch: { Value: true } }],
    ["assignIpv6AddressOnCreation cannot be false", { AssignIpv6AddressOnCreation: { Value: false } }],
    ["privateDnsHostnameTypeOnLaunch cannot be ip-name", { PrivateDnsHostnameTypeOnLaunch: "ip-name" }],
    ["enableResourceNameDnsARecordOnLaunch cannot be true", { EnableResourceNameDnsARecordOnLaunch: { Value: true } }],
  ])("refuses attributes of IPv4: %s", async (message, attribute) => {
    await expect(ec2.send(new ModifySubnetAttributeCommand({ SubnetId, ...attribute }))).rejects.toMatchObject(
      combination(new RegExp(`^${message} in ${SubnetId}, which is an IPv6-only subnet\\.$`)),
    );
  });

  test("takes attributes that have a sense with IPv6", async () => {
    for (const attribute of [
      { MapPublicIpOnLaunch: { Value: false } },
      { AssignIpv6AddressOnCreation: { Value: true } },
      { EnableResourceNameDnsAAAARecordOnLaunch: { Value: true } },
      { EnableDns64: { Value: true } },
    ]) {
      await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, ...attribute }));
    }
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
    expect(Subnets?.[0]?.PrivateDnsNameOptionsOnLaunch?.EnableResourceNameDnsAAAARecord).toBe(true);
  });

  test("has interfaces with an IPv6 address and nothing of IPv4, and goes only without them", async () => {
    const subnet = (await create(4))?.SubnetId ?? "";
    const { NetworkInterface: made } = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnet }));
    const NetworkInterfaceId = made?.NetworkInterfaceId ?? "";
    const { NetworkInterfaces } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [NetworkInterfaceId] }),
    );
    const [shown] = NetworkInterfaces ?? [];
    expect(shown).toMatchObject({ Ipv6Native: true, Ipv6Addresses: [{ Ipv6Address: expect.stringMatching(/^fd/) }] });
    expect(shown?.PrivateIpAddresses ?? []).toEqual([]);
    for (const absent of ["PrivateIpAddress", "PrivateDnsName", "Association"])
      expect(shown).not.toHaveProperty(absent);
    const address = shown?.Ipv6Addresses?.[0]?.Ipv6Address ?? "";
    for (const [Name, value] of [
      ["ipv6-addresses.ipv6-address", address],
      ["subnet-id", subnet],
    ] as const) {
      const found = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name, Values: [value] }] }));
      expect(found.NetworkInterfaces).toHaveLength(1);
    }
    const none = /A private IPv4 address cannot be had in subnet-\w+, which is an IPv6-only subnet\.$/;
    for (const wanted of [{ PrivateIpAddress: "10.0.1.9" }, { SecondaryPrivateIpAddressCount: 1 }]) {
      const refused = ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnet, ...wanted }));
      await expect(refused).rejects.toMatchObject(combination(none));
    }
    const bare = ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnet, Ipv6AddressCount: 0 }));
    await expect(bare).rejects.toMatchObject(combination(/^An interface without an IPv6 address cannot be made/));
    const more = { NetworkInterfaceId, SecondaryPrivateIpAddressCount: 1 };
    await expect(ec2.send(new AssignPrivateIpAddressesCommand(more))).rejects.toMatchObject(combination(none));
    await expect(ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }))).rejects.toMatchObject({
      name: "DependencyViolation",
    });
    await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
    await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }));
    expect((await create(4))?.Ipv6CidrBlockAssociationSet).toMatchObject([{ Ipv6CidrBlock: part(4) }]);
  });

  test("takes no NAT gateway, elastic address or interface endpoint", async () => {
    const { AllocationId } = await ec2.send(new AllocateAddressCommand({}));
    await expect(ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }))).rejects.toMatchObject(
      combination(/^A NAT gateway, which has IPv4 addresses, cannot be in subnet-\w+, which is an IPv6-only subnet\.$/),
    );
    const { NetworkInterface } = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId }));
    const NetworkInterfaceId = NetworkInterface?.NetworkInterfaceId;
    await expect(ec2.send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId }))).rejects.toMatchObject(
      combination(/cannot be associated with eni-\w+ in subnet-\w+, which is an IPv6-only subnet\.$/),
    );
    const endpoint = {
      VpcId,
      PrivateDnsEnabled: false,
      VpcEndpointType: "Interface" as const,
      ServiceName: "com.amazonaws.us-east-1.logs",
    };
    await expect(ec2.send(new CreateVpcEndpointCommand({ ...endpoint, SubnetIds: [SubnetId] }))).rejects.toMatchObject(
      combination(/^An endpoint, which has IPv4 addresses, cannot be in /),
    );
    await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
  });

  test("is analysed by IPv6, whatever else the other end has", async () => {
    const dual = await newSubnet(VpcId, "10.0.7.0/24");
    await ec2.send(new AssociateSubnetCidrBlockCommand({ SubnetId: dual, Ipv6CidrBlock: part(7) }));
    const interfaceIn = async (subnet: string) =>
      (await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnet, Ipv6AddressCount: 1 }))).NetworkInterface
        ?.NetworkInterfaceId ?? "";
    const [Source, Destination] = [await interfaceIn(SubnetId), await interfaceIn(dual)];
    const path = { Source, Destination, Protocol: "tcp" as const, DestinationPort: 80 };
    const { NetworkInsightsPath } = await ec2.send(new CreateNetworkInsightsPathCommand(path));
    const NetworkInsightsPathId = NetworkInsightsPath?.NetworkInsightsPathId;
    const analysis = await ec2.send(new StartNetworkInsightsAnalysisCommand({ NetworkInsightsPathId }));
    expect(analysis.NetworkInsightsAnalysis?.NetworkPathFound).toBe(true);
    const ends = { from: { interface: Source }, to: { interface: Destination } };
    const told = await plane.controlPlane.explainPacket({ ...ends, protocol: "tcp", port: 80 });
    expect(told.allowed).toBe(true);
    expect(told.hops.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^eni-\w+ has fd[0-9a-f:]+$/));
    const byIpv4 = { ...ends, to: { address: "203.0.113.1" }, protocol: "tcp" as const, port: 80 };
    await expect(plane.controlPlane.explainPacket(byIpv4)).rejects.toThrow(`${Source} has no IPv4 address`);
  });
});
