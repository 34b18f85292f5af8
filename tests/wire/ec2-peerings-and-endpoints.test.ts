import {
  AcceptVpcPeeringConnectionCommand,
  AssociateVpcCidrBlockCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateRouteCommand,
  CreateVpcEndpointCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteRouteCommand,
  DeleteVpcEndpointsCommand,
  DeleteVpcPeeringConnectionCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupReferencesCommand,
  DescribeSecurityGroupsCommand,
  DescribeStaleSecurityGroupsCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";

import { ec2, freeIn, newGroup, newSubnet, newTable, newVpc, routesOf } from "./support/served-ec2.ts";

describe("a VPC peering", () => {
  test("carries routes and group references until it ends", async () => {
    const [VpcId, PeerVpcId] = [await newVpc("10.10.0.0/16"), await newVpc("10.11.0.0/16")];
    const [own, theirs] = [await newGroup(VpcId), await newGroup(PeerVpcId)];
    const rule = { IpProtocol: "tcp", FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId: theirs }] };
    const allow = () => ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: own, IpPermissions: [rule] }));
    await expect(allow()).rejects.toMatchObject({ name: "InvalidGroup.NotFound" });
    const { VpcPeeringConnection } = await ec2.send(new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId }));
    const VpcPeeringConnectionId = VpcPeeringConnection?.VpcPeeringConnectionId ?? "";
    expect(VpcPeeringConnection?.Status?.Code).toBe("pending-acceptance");
    const RouteTableId = await newTable(VpcId);
    const route = { RouteTableId, DestinationCidrBlock: "10.11.0.0/16" };
    await ec2.send(new CreateRouteCommand({ ...route, VpcPeeringConnectionId }));
    expect(await routesOf(RouteTableId)).toMatchObject([{ VpcPeeringConnectionId, State: "blackhole" }]);
    await ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
    await expect(ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }))).rejects.toMatchObject({
      name: "InvalidStateTransition",
    });
    expect(await routesOf(RouteTableId)).toMatchObject([{ VpcPeeringConnectionId, State: "active" }]);
    await allow();
    // A second group of the same VPC makes no second reference of it.
    const GroupId = await newGroup(VpcId);
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }));
    const pairOf = async (id: string) =>
      (await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }))).SecurityGroups?.[0]?.IpPermissions?.[0]
        ?.UserIdGroupPairs?.[0];
    expect(await pairOf(GroupId)).toMatchObject({ GroupId: theirs, PeeringStatus: "active" });
    const references = await ec2.send(new DescribeSecurityGroupReferencesCommand({ GroupId: [theirs] }));
    expect(references.SecurityGroupReferenceSet).toEqual([
      { GroupId: theirs, ReferencingVpcId: VpcId, VpcPeeringConnectionId },
    ]);
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }));
    await expect(
      ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] })),
    ).rejects.toMatchObject({ name: "InvalidPermission.NotFound" });
    await ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
    expect(await pairOf(own)).toMatchObject({ GroupId: theirs, PeeringStatus: "deleted" });
    const { VpcPeeringConnections } = await ec2.send(
      new DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: [VpcPeeringConnectionId] }),
    );
    expect(VpcPeeringConnections?.[0]?.Status?.Code).toBe("deleted");
    expect(await routesOf(RouteTableId)).toMatchObject([{ State: "blackhole" }]);
    const stale = await ec2.send(new DescribeStaleSecurityGroupsCommand({ VpcId }));
    expect(stale.StaleSecurityGroupSet).toMatchObject([
      { GroupId: own, StaleIpPermissions: [{ FromPort: 80, UserIdGroupPairs: [{ GroupId: theirs }] }] },
    ]);
  });

  test("of VPCs with one block fails", async () => {
    const [VpcId, PeerVpcId] = [await newVpc("10.12.0.0/16"), await newVpc("10.12.0.0/16")];
    const { VpcPeeringConnection } = await ec2.send(new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId }));
    expect(VpcPeeringConnection?.Status).toEqual({
      Code: "failed",
      Message: "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range",
    });
    const { VpcPeeringConnectionId } = VpcPeeringConnection ?? {};
    await expect(ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }))).rejects.toMatchObject({
      name: "InvalidStateTransition",
    });
  });

  test("is asked for once, and not accepted once blocks overlap", async () => {
    const [VpcId, PeerVpcId] = [await newVpc("10.13.0.0/16"), await newVpc("10.14.0.0/16")];
    const { VpcPeeringConnection } = await ec2.send(new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId }));
    await expect(ec2.send(new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId }))).rejects.toMatchObject({
      name: "VpcPeeringConnectionAlreadyExists",
    });
    for (const id of [VpcId, PeerVpcId]) {
      await ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: id, CidrBlock: "10.15.0.0/16" }));
    }
    const { VpcPeeringConnectionId } = VpcPeeringConnection ?? {};
    await expect(ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }))).rejects.toMatchObject({
      name: "OperationNotPermitted",
    });
  });
});

describe("a VPC endpoint", () => {
  test("of the type Interface has interfaces, groups and names", async () => {
    const VpcId = await newVpc();
    const [one, two] = [await newSubnet(VpcId), await newSubnet(VpcId, "10.0.2.0/24", "us-east-1b")];
    const group = await newGroup(VpcId);
    const request = {
      VpcId,
      ServiceName: "com.amazonaws.us-east-1.logs",
      VpcEndpointType: "Interface" as const,
      SubnetIds: [one],
      PrivateDnsEnabled: true,
    };
    await expect(ec2.send(new CreateVpcEndpointCommand(request))).rejects.toMatchObject({ name: "InvalidParameter" });
    await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
    const { VpcEndpoint } = await ec2.send(new CreateVpcEndpointCommand(request));
    const VpcEndpointId = VpcEndpoint?.VpcEndpointId ?? "";
    expect(VpcEndpoint).toMatchObject({ State: "available", SubnetIds: [one], Groups: [{ GroupName: "default" }] });
    expect(VpcEndpoint?.DnsEntries?.map(({ DnsName }) => DnsName)).toEqual([
      expect.stringMatching(/^vpce-[0-9a-f]+-[0-9a-f]{8}\.logs\.us-east-1\.vpce\.amazonaws\.com$/),
      expect.stringMatching(/-us-east-1a\.logs\.us-east-1\.vpce\.amazonaws\.com$/),
      "logs.us-east-1.amazonaws.com",
    ]);
    await expect(ec2.send(new CreateVpcEndpointCommand(request))).rejects.toMatchObject({ name: "InvalidParameter" });
    await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId, AddSubnetIds: [two], AddSecurityGroupIds: [group] }));
    const { NetworkInterfaces } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "interface-type", Values: ["vpc_endpoint"] }] }),
    );
    expect(NetworkInterfaces?.map(({ Groups }) => Groups?.length)).toEqual([2, 2]);
    await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId, RemoveSubnetIds: [one] }));
    expect([await freeIn(one), await freeIn(two)]).toEqual([251, 250]);
    const gone = await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpointId, "vpce-0"] }));
    expect(gone.Unsuccessful).toMatchObject([
      { ResourceId: "vpce-0", Error: { Code: "InvalidVpcEndpointId.NotFound" } },
    ]);
    expect(await freeIn(two)).toBe(251);
    await expect(ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpointId] }))).rejects.toMatchObject({
      name: "InvalidVpcEndpointId.NotFound",
    });
  });

  test("of the type Gateway is a route in tables", async () => {
    const VpcId = await newVpc();
    const [one, two] = [await newTable(VpcId), await newTable(VpcId)];
    const ServiceName = "com.amazonaws.us-east-1.s3";
    const PolicyDocument = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:Get*","Resource":"*"}]}';
    const { VpcEndpoint } = await ec2.send(
      new CreateVpcEndpointCommand({ VpcId, ServiceName, RouteTableIds: [one], PolicyDocument }),
    );
    const { VpcEndpointId } = VpcEndpoint ?? {};
    expect(VpcEndpoint).toMatchObject({ VpcEndpointType: "Gateway", RouteTableIds: [one], PolicyDocument });
    expect(await routesOf(one)).toMatchObject([
      { DestinationPrefixListId: expect.stringMatching(/^pl-/), GatewayId: VpcEndpointId, State: "active" },
    ]);
    await expect(
      ec2.send(
        new DeleteRouteCommand({
          RouteTableId: one,
          DestinationPrefixListId: (await routesOf(one))?.[0]?.DestinationPrefixListId,
        }),
      ),
    ).rejects.toMatchObject({ name: "InvalidParameterValue" });
    await ec2.send(
      new ModifyVpcEndpointCommand({ VpcEndpointId, AddRouteTableIds: [two], RemoveRouteTableIds: [one] }),
    );
    expect([await routesOf(one), (await routesOf(two))?.length]).toEqual([[], 1]);
    await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpointId ?? ""] }));
    expect(await routesOf(two)).toEqual([]);
    await expect(
      ec2.send(new CreateVpcEndpointCommand({ VpcId, ServiceName: "com.amazonaws.us-east-1.nosuch" })),
    ).rejects.toMatchObject({ name: "InvalidServiceName" });
    await expect(
      ec2.send(new CreateVpcEndpointCommand({ VpcId, ServiceName, PolicyDocument: "{}" })),
    ).rejects.toMatchObject({ name: "InvalidParameter" });
    const services = await ec2.send(new DescribeVpcEndpointServicesCommand({ ServiceNames: [ServiceName] }));
    expect(services.ServiceDetails?.[0]).toMatchObject({ ServiceType: [{ ServiceType: "Gateway" }] });
  });
});
