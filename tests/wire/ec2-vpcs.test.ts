import {
  AssociateVpcCidrBlockCommand,
  CreateDefaultVpcCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeDhcpOptionsCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  DisassociateVpcCidrBlockCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  type VpcAttributeName,
} from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { ec2, inVpc, newSubnet, newVpc, plane } from "./support/served-ec2.ts";
import { makeUser } from "./support/users.ts";

describe("a VPC", () => {
  test("has its group, table and ACL from the start, and goes with them", async () => {
    const { Vpc } = await ec2.send(
      new CreateVpcCommand({
        CidrBlock: "10.1.2.3/16",
        TagSpecifications: [{ ResourceType: "vpc", Tags: [{ Key: "Name", Value: "one" }] }],
      }),
    );
    expect(Vpc).toMatchObject({ CidrBlock: "10.1.0.0/16", State: "pending", IsDefault: false });
    const VpcId = Vpc?.VpcId ?? "";
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: "tag:Name", Values: ["one"] }] }));
    expect(Vpcs).toMatchObject([{ VpcId, State: "available", Tags: [{ Key: "Name", Value: "one" }] }]);
    const tables = (await ec2.send(new DescribeRouteTablesCommand(inVpc(VpcId)))).RouteTables;
    expect(tables).toMatchObject([
      { Associations: [{ Main: true }], Routes: [{ DestinationCidrBlock: "10.1.0.0/16", GatewayId: "local" }] },
    ]);
    const acls = (await ec2.send(new DescribeNetworkAclsCommand(inVpc(VpcId)))).NetworkAcls;
    expect(acls).toMatchObject([{ IsDefault: true }]);
    const groups = (await ec2.send(new DescribeSecurityGroupsCommand(inVpc(VpcId)))).SecurityGroups;
    expect(groups).toMatchObject([{ GroupName: "default" }]);
    const options = await ec2.send(new DescribeDhcpOptionsCommand({ DhcpOptionsIds: [Vpc?.DhcpOptionsId ?? ""] }));
    expect(options.DhcpOptions?.[0]?.DhcpConfigurations).toHaveLength(2);

    const subnet = await newSubnet(VpcId, "10.1.0.0/24");
    await expect(ec2.send(new DeleteVpcCommand({ VpcId }))).rejects.toMatchObject({
      name: "DependencyViolation",
      message: `The vpc '${VpcId}' has dependencies and cannot be deleted.`,
    });
    await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }));
    await expect(ec2.send(new DeleteVpcCommand({ VpcId, DryRun: true }))).rejects.toMatchObject({
      name: "DryRunOperation",
    });
    await ec2.send(new DeleteVpcCommand({ VpcId }));
    await expect(ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }))).rejects.toMatchObject({
      name: "InvalidVpcID.NotFound",
      message: `The vpc ID '${VpcId}' does not exist`,
    });
    expect((await ec2.send(new DescribeSecurityGroupsCommand(inVpc(VpcId)))).SecurityGroups).toEqual([]);
  });

  test.each([
    ["10.0.0.0/8", "InvalidVpc.Range"],
    ["10.0.0.0/29", "InvalidVpc.Range"],
    ["10.0.0.0", "InvalidParameterValue"],
    ["::/56", "InvalidParameterValue"],
  ])("is refused with the block %s", async (CidrBlock, name) => {
    await expect(ec2.send(new CreateVpcCommand({ CidrBlock }))).rejects.toMatchObject({ name });
  });

  test("shares its block with others without a word", async () => {
    const [one, other] = [await newVpc("10.9.0.0/16"), await newVpc("10.9.0.0/16")];
    expect(one).not.toBe(other);
    for (const VpcId of [one, other]) await ec2.send(new DeleteVpcCommand({ VpcId }));
  });

  test("takes further blocks of IPv4 and one of IPv6, each with local routes", async () => {
    const VpcId = await newVpc();
    const { CidrBlockAssociation } = await ec2.send(
      new AssociateVpcCidrBlockCommand({ VpcId, CidrBlock: "10.5.0.0/16" }),
    );
    const { Ipv6CidrBlockAssociation } = await ec2.send(
      new AssociateVpcCidrBlockCommand({ VpcId, AmazonProvidedIpv6CidrBlock: true }),
    );
    const ipv6 = Ipv6CidrBlockAssociation?.Ipv6CidrBlock ?? "";
    expect(ipv6).toMatch(/^fd[0-9a-f:]+::\/56$/);
    await expect(
      ec2.send(new AssociateVpcCidrBlockCommand({ VpcId, CidrBlock: "10.5.128.0/17" })),
    ).rejects.toMatchObject({ name: "InvalidVpc.Conflict" });
    const main = (await ec2.send(new DescribeRouteTablesCommand(inVpc(VpcId)))).RouteTables?.[0];
    expect(main?.Routes?.map((route) => route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock)).toEqual([
      "10.0.0.0/16",
      "10.5.0.0/16",
      ipv6,
    ]);
    const Ipv6CidrBlock = ipv6.replace("::/56", "::/64");
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.5.1.0/24", Ipv6CidrBlock }));
    const SubnetId = Subnet?.SubnetId ?? "";
    expect(Subnet?.Ipv6CidrBlockAssociationSet).toMatchObject([{ Ipv6CidrBlock }]);
    const AssociationId = CidrBlockAssociation?.AssociationId;
    await expect(ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId }))).rejects.toMatchObject({
      name: "InvalidCidrBlock.InUse",
    });
    await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, AssignIpv6AddressOnCreation: { Value: true } }));
    await ec2.send(new DeleteSubnetCommand({ SubnetId }));
    await ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId }));
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }));
    expect(Vpcs?.[0]?.CidrBlockAssociationSet).toHaveLength(1);
    expect(Vpcs?.[0]?.Ipv6CidrBlockAssociationSet).toHaveLength(1);
    await ec2.send(new DeleteVpcCommand({ VpcId }));
  });

  test("keeps its attributes", async () => {
    const VpcId = await newVpc();
    await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
    await expect(ec2.send(new ModifyVpcAttributeCommand({ VpcId }))).rejects.toMatchObject({
      name: "MissingParameter",
    });
    const { DescribeVpcAttributeCommand } = await import("@aws-sdk/client-ec2");
    const read = async (Attribute: VpcAttributeName) => ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute }));
    expect((await read("enableDnsHostnames")).EnableDnsHostnames).toEqual({ Value: true });
    expect((await read("enableDnsSupport")).EnableDnsSupport).toEqual({ Value: true });
    await ec2.send(new DeleteVpcCommand({ VpcId }));
  });

  test("that is the default one comes back only when it is asked for", async () => {
    const elsewhere = new EC2Client({ ...plane.clientSettings, region: "eu-north-1" });
    const Filters = [{ Name: "is-default", Values: ["true"] }];
    const VpcId = (await elsewhere.send(new DescribeVpcsCommand({ Filters }))).Vpcs?.[0]?.VpcId ?? "";
    await expect(elsewhere.send(new CreateDefaultVpcCommand({}))).rejects.toMatchObject({
      name: "DefaultVpcAlreadyExists",
    });
    const { Subnets } = await elsewhere.send(new DescribeSubnetsCommand(inVpc(VpcId)));
    for (const { SubnetId } of Subnets ?? []) await elsewhere.send(new DeleteSubnetCommand({ SubnetId }));
    const { DescribeInternetGatewaysCommand } = await import("@aws-sdk/client-ec2");
    const gateways = await elsewhere.send(new DescribeInternetGatewaysCommand({}));
    const InternetGatewayId = gateways.InternetGateways?.[0]?.InternetGatewayId ?? "";
    await expect(elsewhere.send(new DeleteInternetGatewayCommand({ InternetGatewayId }))).rejects.toMatchObject({
      name: "DependencyViolation",
    });
    await elsewhere.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    await elsewhere.send(new DeleteInternetGatewayCommand({ InternetGatewayId }));
    await elsewhere.send(new DeleteVpcCommand({ VpcId }));
    expect((await elsewhere.send(new DescribeVpcsCommand({}))).Vpcs).toEqual([]);
    const { Vpc } = await elsewhere.send(new CreateDefaultVpcCommand({}));
    expect(Vpc).toMatchObject({ IsDefault: true, CidrBlock: "172.31.0.0/16" });
    elsewhere.destroy();
  });
});

describe("subnets", () => {
  test("lie in the VPC's blocks and apart from each other", async () => {
    const VpcId = await newVpc();
    const SubnetId = await newSubnet(VpcId, "10.0.1.0/28", "us-east-1b");
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
    expect(Subnets).toMatchObject([
      { AvailableIpAddressCount: 11, AvailabilityZone: "us-east-1b", MapPublicIpOnLaunch: false, DefaultForAz: false },
    ]);
    const refused = async (CidrBlock: string, name: string, AvailabilityZone?: string) =>
      expect(ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }))).rejects.toMatchObject({ name });
    await refused("10.1.0.0/24", "InvalidSubnet.Range");
    await refused("10.0.1.0/29", "InvalidSubnet.Range");
    await refused("10.0.0.0/23", "InvalidSubnet.Conflict");
    await refused("10.0.9.0/24", "InvalidParameterValue", "us-east-1z");
    await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
    const changed = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
    expect(changed.Subnets?.[0]?.MapPublicIpOnLaunch).toBe(true);
    const acls = await ec2.send(new DescribeNetworkAclsCommand(inVpc(VpcId)));
    expect(acls.NetworkAcls?.[0]?.Associations).toMatchObject([{ SubnetId }]);
    await ec2.send(new DeleteSubnetCommand({ SubnetId }));
    await ec2.send(new DeleteVpcCommand({ VpcId }));
  });

  test("of one block asked for by many at once are one", async () => {
    const VpcId = await newVpc();
    const CidrBlock = "10.0.7.0/24";
    const tries = await Promise.allSettled(
      Array.from({ length: 6 }, () => ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock }))),
    );
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

test("policies decide by the resource", async () => {
  const VpcId = await newVpc();
  const bob = new EC2Client(
    await makeUser(plane, "bob", {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "ec2:*", Resource: "*" },
        { Effect: "Deny", Action: "ec2:DeleteVpc", Resource: `arn:aws:ec2:*:*:vpc/${VpcId}` },
        { Effect: "Deny", Action: "ec2:CreateTags", Resource: "*" },
      ],
    }),
  );
  await expect(bob.send(new DeleteVpcCommand({ VpcId }))).rejects.toMatchObject({ name: "UnauthorizedOperation" });
  await expect(
    bob.send(
      new CreateVpcCommand({
        CidrBlock: "10.0.0.0/16",
        TagSpecifications: [{ ResourceType: "vpc", Tags: [{ Key: "a", Value: "b" }] }],
      }),
    ),
  ).rejects.toMatchObject({ name: "UnauthorizedOperation" });
  const { Vpc } = await bob.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  await bob.send(new DeleteVpcCommand({ VpcId: Vpc?.VpcId }));
  bob.destroy();
});
