import {
  AcceptVpcPeeringConnectionCommand,
  AttachNetworkInterfaceCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateFlowLogsCommand,
  type CreateFlowLogsCommandInput,
  CreateManagedPrefixListCommand,
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteFlowLogsCommand,
  DeleteManagedPrefixListCommand,
  DeleteNetworkAclCommand,
  DeleteNetworkAclEntryCommand,
  DeleteNetworkInterfaceCommand,
  DeleteRouteCommand,
  DeleteSecurityGroupCommand,
  DeleteVpcEndpointsCommand,
  DeleteVpcPeeringConnectionCommand,
  DescribeFlowLogsCommand,
  DescribeManagedPrefixListsCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribePrefixListsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupReferencesCommand,
  DescribeSecurityGroupsCommand,
  DescribeStaleSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  EC2Client,
  GetManagedPrefixListAssociationsCommand,
  GetManagedPrefixListEntriesCommand,
  ModifyManagedPrefixListCommand,
  ModifyNetworkInterfaceAttributeCommand,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
  ReplaceNetworkAclAssociationCommand,
  ReplaceNetworkAclEntryCommand,
  UnassignPrivateIpAddressesCommand,
} from "@aws-sdk/client-ec2";
import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ServedControlPlane,
  serveControlPlane,
} from "../../packages/control-plane/src/testing/served-control-plane.ts";

let plane: ServedControlPlane;
let ec2: EC2Client;
let groups = 0;

beforeAll(async () => {
  plane = await serveControlPlane();
  ec2 = new EC2Client(plane.clientSettings);
});

afterAll(async () => {
  ec2.destroy();
  await plane.close();
});

const newVpc = async (CidrBlock = "10.0.0.0/16"): Promise<string> =>
  (await ec2.send(new CreateVpcCommand({ CidrBlock }))).Vpc?.VpcId ?? "";
const newSubnet = async (VpcId: string, CidrBlock = "10.0.1.0/24", AvailabilityZone = "us-east-1a"): Promise<string> =>
  (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }))).Subnet?.SubnetId ?? "";
const newGroup = async (VpcId: string): Promise<string> =>
  (await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: `g${groups++}`, Description: "for a test" })))
    .GroupId ?? "";
const newTable = async (VpcId: string): Promise<string> =>
  (await ec2.send(new CreateRouteTableCommand({ VpcId }))).RouteTable?.RouteTableId ?? "";
const freeIn = async (id: string) =>
  (await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] }))).Subnets?.[0]?.AvailableIpAddressCount;
const routesOf = async (id: string) =>
  (await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] }))).RouteTables?.[0]?.Routes?.slice(1);

test("a network ACL's entries are made, replaced and deleted, and it moves between subnets", async () => {
  const VpcId = await newVpc();
  const subnet = await newSubnet(VpcId);
  const { NetworkAcl } = await ec2.send(new CreateNetworkAclCommand({ VpcId }));
  const NetworkAclId = NetworkAcl?.NetworkAclId ?? "";
  expect(NetworkAcl?.Entries).toHaveLength(2);
  const entry = { NetworkAclId, RuleNumber: 100, Egress: false, Protocol: "6", RuleAction: "allow" as const };
  const web = { ...entry, CidrBlock: "10.0.0.0/8", PortRange: { From: 80, To: 90 } };
  await ec2.send(new CreateNetworkAclEntryCommand(web));
  await expect(ec2.send(new CreateNetworkAclEntryCommand(web))).rejects.toMatchObject({
    name: "NetworkAclEntryAlreadyExists",
    message: "The network acl entry identified by 100 already exists.",
  });
  await expect(ec2.send(new CreateNetworkAclEntryCommand({ ...entry, CidrBlock: "::/0" }))).rejects.toMatchObject({
    name: "InvalidParameterValue",
  });
  await expect(
    ec2.send(new CreateNetworkAclEntryCommand({ ...entry, RuleNumber: 7, CidrBlock: "0.0.0.0/0" })),
  ).rejects.toMatchObject({ name: "MissingParameter" });
  await ec2.send(
    new ReplaceNetworkAclEntryCommand({
      ...entry,
      Protocol: "icmp",
      CidrBlock: "10.0.0.0/8",
      IcmpTypeCode: { Type: 8, Code: -1 },
    }),
  );
  const byVpc = { Filters: [{ Name: "vpc-id", Values: [VpcId] }] };
  const acls = (await ec2.send(new DescribeNetworkAclsCommand(byVpc))).NetworkAcls ?? [];
  const own = acls.find((acl) => acl.NetworkAclId === NetworkAclId);
  expect(own?.Entries?.find(({ RuleNumber }) => RuleNumber === 100)).toMatchObject({
    Protocol: "1",
    IcmpTypeCode: { Type: 8, Code: -1 },
  });
  const AssociationId = acls.find((acl) => acl.IsDefault)?.Associations?.[0]?.NetworkAclAssociationId;
  const { NewAssociationId } = await ec2.send(new ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId }));
  await expect(ec2.send(new DeleteNetworkAclCommand({ NetworkAclId }))).rejects.toMatchObject({
    name: "DependencyViolation",
  });
  const bySubnet = { Filters: [{ Name: "association.subnet-id", Values: [subnet] }] };
  expect((await ec2.send(new DescribeNetworkAclsCommand(bySubnet))).NetworkAcls).toMatchObject([{ NetworkAclId }]);
  const fallback = acls.find((acl) => acl.IsDefault)?.NetworkAclId;
  await ec2.send(new ReplaceNetworkAclAssociationCommand({ AssociationId: NewAssociationId, NetworkAclId: fallback }));
  await ec2.send(new DeleteNetworkAclEntryCommand({ NetworkAclId, RuleNumber: 100, Egress: false }));
  await expect(
    ec2.send(new DeleteNetworkAclEntryCommand({ NetworkAclId, RuleNumber: 100, Egress: false })),
  ).rejects.toMatchObject({ name: "InvalidNetworkAclEntry.NotFound" });
  await ec2.send(new DeleteNetworkAclCommand({ NetworkAclId }));
  await expect(ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: fallback }))).rejects.toMatchObject({
    name: "InvalidParameterValue",
  });
});

test("a network interface has the addresses and groups that it is asked to have", async () => {
  const VpcId = await newVpc();
  const SubnetId = await newSubnet(VpcId);
  const group = await newGroup(VpcId);
  const { NetworkInterface } = await ec2.send(
    new CreateNetworkInterfaceCommand({
      SubnetId,
      PrivateIpAddress: "10.0.1.4",
      SecondaryPrivateIpAddressCount: 1,
      TagSpecifications: [{ ResourceType: "network-interface", Tags: [{ Key: "Name", Value: "eni" }] }],
    }),
  );
  const NetworkInterfaceId = NetworkInterface?.NetworkInterfaceId ?? "";
  expect(NetworkInterface).toMatchObject({
    PrivateIpAddress: "10.0.1.4",
    PrivateIpAddresses: [{ Primary: true }, { Primary: false, PrivateIpAddress: "10.0.1.5" }],
    Groups: [{ GroupName: "default" }],
    Status: "available",
    RequesterManaged: false,
  });
  expect(await freeIn(SubnetId)).toBe(249);
  await expect(
    ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, PrivateIpAddress: "10.0.1.5" })),
  ).rejects.toMatchObject({ name: "InvalidIPAddress.InUse" });
  await expect(
    ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, PrivateIpAddress: "10.0.2.5" })),
  ).rejects.toMatchObject({ name: "InvalidParameterValue" });
  await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [group] }));
  await expect(ec2.send(new DeleteSecurityGroupCommand({ GroupId: group }))).rejects.toMatchObject({
    name: "DependencyViolation",
  });
  const found = await ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "group-id", Values: [group] }] }),
  );
  expect(found.NetworkInterfaces).toMatchObject([{ NetworkInterfaceId, TagSet: [{ Key: "Name", Value: "eni" }] }]);
  const foreign = await newGroup(await newVpc());
  await expect(
    ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [foreign] })),
  ).rejects.toMatchObject({ name: "InvalidParameter" });
  await expect(
    ec2.send(new AttachNetworkInterfaceCommand({ NetworkInterfaceId, InstanceId: "i-1", DeviceIndex: 1 })),
  ).rejects.toMatchObject({ name: "UnsupportedOperation", message: expect.stringContaining("ECS") });
  await ec2.send(new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId, PrivateIpAddresses: ["10.0.1.5"] }));
  expect(await freeIn(SubnetId)).toBe(250);
  await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
  expect(await freeIn(SubnetId)).toBe(251);
});

test("a managed prefix list has versions, users and a size", async () => {
  const VpcId = await newVpc();
  const GroupId = await newGroup(VpcId);
  const { PrefixList } = await ec2.send(
    new CreateManagedPrefixListCommand({
      PrefixListName: "offices",
      AddressFamily: "IPv4",
      MaxEntries: 2,
      Entries: [{ Cidr: "203.0.113.9/24", Description: "one" }],
    }),
  );
  const PrefixListId = PrefixList?.PrefixListId ?? "";
  const entries = async (TargetVersion?: number) =>
    (await ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId, TargetVersion }))).Entries;
  expect(await entries()).toEqual([{ Cidr: "203.0.113.0/24", Description: "one" }]);
  const rule = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, PrefixListIds: [{ PrefixListId }] };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }));
  const described = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
  expect(described.SecurityGroups?.[0]?.IpPermissions?.[0]?.PrefixListIds).toEqual([{ PrefixListId }]);
  const AddEntries = [{ Cidr: "198.51.100.0/24" }];
  await expect(
    ec2.send(new ModifyManagedPrefixListCommand({ PrefixListId, CurrentVersion: 7, AddEntries })),
  ).rejects.toMatchObject({ name: "PrefixListVersionMismatch" });
  const changed = await ec2.send(new ModifyManagedPrefixListCommand({ PrefixListId, CurrentVersion: 1, AddEntries }));
  expect(changed.PrefixList).toMatchObject({ Version: 2, State: "modify-in-progress" });
  const after = await ec2.send(new DescribeManagedPrefixListsCommand({ PrefixListIds: [PrefixListId] }));
  expect(after.PrefixLists?.[0]?.State).toBe("modify-complete");
  expect(await entries()).toHaveLength(2);
  expect(await entries(1)).toHaveLength(1);
  await expect(
    ec2.send(new ModifyManagedPrefixListCommand({ PrefixListId, AddEntries: [{ Cidr: "10.0.0.0/8" }] })),
  ).rejects.toMatchObject({ name: "PrefixListMaxEntriesExceeded" });
  const users = await ec2.send(new GetManagedPrefixListAssociationsCommand({ PrefixListId }));
  expect(users.PrefixListAssociations).toMatchObject([{ ResourceId: GroupId }]);
  await expect(ec2.send(new DeleteManagedPrefixListCommand({ PrefixListId }))).rejects.toMatchObject({
    name: "DependencyViolation",
  });
  await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
  await ec2.send(new DeleteManagedPrefixListCommand({ PrefixListId }));
  const managed = await ec2.send(new DescribePrefixListsCommand({}));
  expect(managed.PrefixLists?.map(({ PrefixListName }) => PrefixListName).toSorted()).toEqual([
    "com.amazonaws.us-east-1.dynamodb",
    "com.amazonaws.us-east-1.s3",
  ]);
  await expect(
    ec2.send(new DeleteManagedPrefixListCommand({ PrefixListId: managed.PrefixLists?.[0]?.PrefixListId })),
  ).rejects.toMatchObject({ name: "OperationNotPermitted" });
});

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
    const references = await ec2.send(new DescribeSecurityGroupReferencesCommand({ GroupId: [theirs] }));
    expect(references.SecurityGroupReferenceSet).toEqual([
      { GroupId: theirs, ReferencingVpcId: VpcId, VpcPeeringConnectionId },
    ]);
    await ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
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

  test("of VPCs with one block is not accepted", async () => {
    const [VpcId, PeerVpcId] = [await newVpc("10.12.0.0/16"), await newVpc("10.12.0.0/16")];
    const { VpcPeeringConnection } = await ec2.send(new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId }));
    const { VpcPeeringConnectionId } = VpcPeeringConnection ?? {};
    await expect(ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }))).rejects.toMatchObject({
      name: "OperationNotPermitted",
    });
    await expect(ec2.send(new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId }))).rejects.toMatchObject({
      name: "VpcPeeringConnectionAlreadyExists",
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
    expect(services.ServiceDetails).toMatchObject([{ ServiceType: [{ ServiceType: "Gateway" }] }]);
  });
});

test("flow logs go to CloudWatch Logs and nowhere else", async () => {
  const VpcId = await newVpc();
  const request: CreateFlowLogsCommandInput = {
    ResourceIds: [VpcId],
    ResourceType: "VPC",
    TrafficType: "REJECT",
    LogGroupName: "flows",
    DeliverLogsPermissionArn: "arn:aws:iam::123456789012:role/flows",
    MaxAggregationInterval: 60,
  };
  const made = await ec2.send(new CreateFlowLogsCommand(request));
  expect(made.Unsuccessful).toEqual([]);
  const again = await ec2.send(new CreateFlowLogsCommand({ ...request, ResourceIds: [VpcId, "vpc-0"] }));
  expect(again.Unsuccessful?.map((failed) => failed.Error?.Code)).toEqual([
    "FlowLogAlreadyExists",
    "InvalidVpcID.NotFound",
  ]);
  const { FlowLogs } = await ec2.send(
    new DescribeFlowLogsCommand({ Filter: [{ Name: "resource-id", Values: [VpcId] }] }),
  );
  expect(FlowLogs).toMatchObject([
    {
      FlowLogStatus: "ACTIVE",
      TrafficType: "REJECT",
      LogGroupName: "flows",
      LogDestination: "arn:aws:logs:us-east-1:123456789012:log-group:flows",
      MaxAggregationInterval: 60,
      LogFormat: expect.stringMatching(/^\$\{version\} .* \$\{log-status\}$/),
    },
  ]);
  const refused: readonly [Partial<CreateFlowLogsCommandInput>, string][] = [
    [
      { LogDestinationType: "s3", LogGroupName: undefined, LogDestination: "arn:aws:s3:::logs" },
      "UnsupportedOperation",
    ],
    [{ MaxAggregationInterval: 30 }, "InvalidParameterValue"],
    [{ LogFormat: ["$", "{nosuch}"].join("") }, "InvalidParameterValue"],
    [{ DeliverLogsPermissionArn: undefined }, "InvalidParameterValue"],
    [{ LogGroupName: undefined }, "MissingParameter"],
    [{ ResourceType: "TransitGateway" }, "UnsupportedOperation"],
  ];
  for (const [changes, code] of refused) {
    const failed = await ec2.send(new CreateFlowLogsCommand({ ...request, ...changes })).then(
      ({ Unsuccessful }) => Unsuccessful?.[0]?.Error?.Code,
      (thrown: Error) => thrown.name,
    );
    expect([changes, failed]).toEqual([changes, code]);
  }
  await ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: made.FlowLogIds }));
  expect((await ec2.send(new DescribeFlowLogsCommand({ FlowLogIds: [] }))).FlowLogs).toEqual([]);
});

test("a task's subnets are of one VPC", async () => {
  const ecs = new ECSClient(plane.clientSettings);
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "two-networks",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      containerDefinitions: [{ name: "web", image: "busybox" }],
    }),
  );
  const subnets = [await newSubnet(await newVpc()), await newSubnet(await newVpc())];
  await expect(
    ecs.send(
      new RunTaskCommand({
        taskDefinition: "two-networks",
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets } },
      }),
    ),
  ).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: "All subnets of a task must be in the same VPC.",
  });
  ecs.destroy();
});
