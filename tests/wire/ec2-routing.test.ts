import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AssociateRouteTableCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeAddressesAttributeCommand,
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  ReleaseAddressCommand,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { ec2, inVpc, newGateway, newSubnet, newVpc, tableOf } from "./support/served-ec2.ts";

describe("route tables", () => {
  test("lead to gateways, and to nothing once those are gone", async () => {
    const VpcId = await newVpc();
    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
    const RouteTableId = RouteTable?.RouteTableId ?? "";
    const GatewayId = await newGateway(VpcId);
    const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0" };
    await ec2.send(new CreateRouteCommand({ ...route, GatewayId }));
    await ec2.send(new CreateRouteCommand({ ...route, GatewayId }));
    const other = await newGateway(await newVpc("10.3.0.0/16"));
    await expect(ec2.send(new CreateRouteCommand({ ...route, GatewayId: other }))).rejects.toMatchObject({
      name: "InvalidParameterValue",
      message: `route table ${RouteTableId} and network gateway ${other} belong to different networks`,
    });
    await expect(
      ec2.send(new CreateRouteCommand({ ...route, DestinationCidrBlock: "10.0.1.0/24", GatewayId })),
    ).rejects.toMatchObject({ name: "InvalidParameterValue" });
    await expect(
      ec2.send(new CreateRouteCommand({ ...route, NatGatewayId: "nat-0123456789abcdef0" })),
    ).rejects.toMatchObject({ name: "InvalidNatGatewayID.NotFound" });
    await expect(
      ec2.send(new ReplaceRouteCommand({ RouteTableId, DestinationCidrBlock: "9.0.0.0/8", GatewayId })),
    ).rejects.toMatchObject({
      name: "InvalidRoute.NotFound",
      message: `no route with destination-cidr-block 9.0.0.0/8 in route table ${RouteTableId}`,
    });
    expect((await tableOf(RouteTableId))?.Routes?.[1]).toMatchObject({ GatewayId, State: "active" });
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId }));
    expect((await tableOf(RouteTableId))?.Routes?.[1]).toMatchObject({ GatewayId, State: "blackhole" });
    await ec2.send(new DeleteRouteCommand(route));
    await expect(
      ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: "10.0.0.0/16" })),
    ).rejects.toMatchObject({ name: "InvalidParameterValue" });
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
    await expect(tableOf(RouteTableId)).rejects.toMatchObject({ name: "InvalidRouteTableID.NotFound" });
  });

  test("are associated with subnets, one each, and one of them is main", async () => {
    const VpcId = await newVpc();
    const SubnetId = await newSubnet(VpcId, "10.0.1.0/24");
    const [one = "", two = ""] = await Promise.all(
      [1, 2].map(async () => (await ec2.send(new CreateRouteTableCommand({ VpcId }))).RouteTable?.RouteTableId),
    );
    const { AssociationId } = await ec2.send(new AssociateRouteTableCommand({ RouteTableId: one, SubnetId }));
    await expect(ec2.send(new AssociateRouteTableCommand({ RouteTableId: two, SubnetId }))).rejects.toMatchObject({
      name: "Resource.AlreadyAssociated",
    });
    await expect(ec2.send(new DeleteRouteTableCommand({ RouteTableId: one }))).rejects.toMatchObject({
      name: "DependencyViolation",
      message: `The routeTable '${one}' has dependencies and cannot be deleted.`,
    });
    const { NewAssociationId } = await ec2.send(
      new ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId: two }),
    );
    expect((await tableOf(two))?.Associations).toMatchObject([{ SubnetId, Main: false }]);
    const main = (await ec2.send(new DescribeRouteTablesCommand(inVpc(VpcId)))).RouteTables?.find((table) =>
      table.Associations?.some((association) => association.Main),
    );
    const mainAssociation = main?.Associations?.[0]?.RouteTableAssociationId;
    await expect(ec2.send(new DisassociateRouteTableCommand({ AssociationId: mainAssociation }))).rejects.toMatchObject(
      { name: "InvalidParameterValue" },
    );
    await ec2.send(new ReplaceRouteTableAssociationCommand({ AssociationId: mainAssociation, RouteTableId: one }));
    expect((await tableOf(one))?.Associations).toMatchObject([{ Main: true }]);
    await ec2.send(new DisassociateRouteTableCommand({ AssociationId: NewAssociationId }));
    await expect(
      ec2.send(new DisassociateRouteTableCommand({ AssociationId: NewAssociationId })),
    ).rejects.toMatchObject({ name: "InvalidAssociationID.NotFound" });
  });
});

describe("NAT gateways and elastic addresses", () => {
  test("come and go together", async () => {
    const VpcId = await newVpc();
    const SubnetId = await newSubnet(VpcId, "10.0.1.0/28");
    const { AllocationId, PublicIp } = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
    const failed = await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
    const described = await ec2.send(
      new DescribeNatGatewaysCommand({ NatGatewayIds: [failed.NatGateway?.NatGatewayId ?? ""] }),
    );
    expect(described.NatGateways).toMatchObject([{ State: "failed", FailureCode: "Gateway.NotAttached" }]);

    const InternetGatewayId = await newGateway(VpcId);
    const ClientToken = `once for ${VpcId}`;
    const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId, ClientToken }));
    const again = await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId, ClientToken }));
    const NatGatewayId = NatGateway?.NatGatewayId ?? "";
    expect(NatGateway?.State).toBe("pending");
    expect(again.NatGateway?.NatGatewayId).toBe(NatGatewayId);
    const { NatGateways } = await ec2.send(
      new DescribeNatGatewaysCommand({ Filter: [{ Name: "state", Values: ["available"] }] }),
    );
    const address = NatGateways?.[0]?.NatGatewayAddresses?.[0];
    expect(address).toMatchObject({ AllocationId, PublicIp, IsPrimary: true, PrivateIp: "10.0.1.5" });
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand(inVpc(VpcId)));
    expect(NetworkInterfaces).toMatchObject([
      {
        NetworkInterfaceId: address?.NetworkInterfaceId,
        Description: `Interface for NAT Gateway ${NatGatewayId}`,
        Association: { PublicIp, AllocationId },
        SourceDestCheck: false,
        RequesterManaged: true,
      },
    ]);
    await expect(ec2.send(new ReleaseAddressCommand({ AllocationId }))).rejects.toMatchObject({
      name: "InvalidIPAddress.InUse",
    });
    await expect(ec2.send(new DeleteSubnetCommand({ SubnetId }))).rejects.toMatchObject({
      name: "DependencyViolation",
      message: `The subnet '${SubnetId}' has dependencies and cannot be deleted.`,
    });
    await expect(ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }))).rejects.toMatchObject({
      name: "DependencyViolation",
    });

    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
    const RouteTableId = RouteTable?.RouteTableId ?? "";
    await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0", NatGatewayId }));
    expect((await tableOf(RouteTableId))?.Routes?.[1]).toMatchObject({ NatGatewayId, State: "active" });
    await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
    expect((await tableOf(RouteTableId))?.Routes?.[1]).toMatchObject({ NatGatewayId, State: "blackhole" });
    const gone = await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGatewayId] }));
    expect(gone.NatGateways?.[0]?.State).toBe("deleted");
    const { Addresses } = await ec2.send(new DescribeAddressesCommand({ AllocationIds: [AllocationId ?? ""] }));
    expect(Addresses?.[0]?.AssociationId).toBeUndefined();
    const attributes = await ec2.send(
      new DescribeAddressesAttributeCommand({ AllocationIds: [AllocationId ?? ""], Attribute: "domain-name" }),
    );
    expect(attributes.Addresses).toMatchObject([{ AllocationId }]);
    await ec2.send(new DeleteSubnetCommand({ SubnetId }));
    await ec2.send(new ReleaseAddressCommand({ AllocationId }));
    await expect(ec2.send(new ReleaseAddressCommand({ AllocationId }))).rejects.toMatchObject({
      name: "InvalidAllocationID.NotFound",
    });
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    await ec2.send(new DeleteVpcCommand({ VpcId }));
  });

  test("are refused where they do not fit", async () => {
    await expect(ec2.send(new CreateNatGatewayCommand({ SubnetId: "subnet-0123456789abcdef0" }))).rejects.toMatchObject(
      {
        name: "MissingParameter",
      },
    );
    await expect(
      ec2.send(new CreateNatGatewayCommand({ SubnetId: "subnet-0123456789abcdef0", ConnectivityType: "private" })),
    ).rejects.toMatchObject({ name: "InvalidSubnetID.NotFound" });
    await expect(
      ec2.send(new AssociateAddressCommand({ AllocationId: "eipalloc-0", NetworkInterfaceId: "eni-0" })),
    ).rejects.toMatchObject({ name: "InvalidAllocationID.NotFound" });
    const { AllocationId } = await ec2.send(new AllocateAddressCommand({}));
    await expect(
      ec2.send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId: "eni-0" })),
    ).rejects.toMatchObject({ name: "InvalidNetworkInterfaceID.NotFound" });
    await ec2.send(new ReleaseAddressCommand({ AllocationId }));
  });

  test("run out as the pool does", async () => {
    const taken: (string | undefined)[] = [];
    await expect(async () => {
      for (let count = 0; count < 20; count++) {
        taken.push((await ec2.send(new AllocateAddressCommand({}))).AllocationId);
      }
    }).rejects.toMatchObject({ name: "InsufficientAddressCapacity" });
    for (const AllocationId of taken) await ec2.send(new ReleaseAddressCommand({ AllocationId }));
  });
});
