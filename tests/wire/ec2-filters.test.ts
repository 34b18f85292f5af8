import {
  AuthorizeSecurityGroupIngressCommand,
  CreateManagedPrefixListCommand,
  CreateTagsCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteTagsCommand,
  DescribeAvailabilityZonesCommand,
  DescribeEgressOnlyInternetGatewaysCommand,
  DescribeManagedPrefixListsCommand,
  DescribeNetworkInsightsPathsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeStaleSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  GetManagedPrefixListEntriesCommand,
  GetSecurityGroupsForVpcCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { ec2, inVpc, newGroup, newSubnet, newVpc } from "./support/served-ec2.ts";

const by = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });

test("security groups are found by what their rules name", async () => {
  const VpcId = await newVpc();
  const [GroupId, peer] = [await newGroup(VpcId), await newGroup(VpcId)];
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [peer] }));
  const [named] = SecurityGroups ?? [];
  const { PrefixList } = await ec2.send(
    new CreateManagedPrefixListCommand({ PrefixListName: "filtered", MaxEntries: 1, AddressFamily: "IPv4" }),
  );
  const PrefixListId = PrefixList?.PrefixListId ?? "";
  const range = { IpProtocol: "tcp", FromPort: 80, ToPort: 80 };
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [
        { ...range, IpRanges: [{ CidrIp: "198.51.100.0/24" }], Ipv6Ranges: [{ CidrIpv6: "2001:db8:1::/48" }] },
        { ...range, PrefixListIds: [{ PrefixListId }], UserIdGroupPairs: [{ GroupId: peer }] },
      ],
    }),
  );
  const found = async (name: string, value: string) =>
    (await ec2.send(new DescribeSecurityGroupsCommand(by(name, value)))).SecurityGroups?.map((group) => group.GroupId);
  expect(await found("ip-permission.cidr", "198.51.100.0/24")).toEqual([GroupId]);
  expect(await found("ip-permission.cidr", "2001:db8:1::/48")).toEqual([]);
  expect(await found("ip-permission.ipv6-cidr", "2001:db8:1::/48")).toEqual([GroupId]);
  expect(await found("ip-permission.prefix-list-id", PrefixListId)).toEqual([GroupId]);
  expect(await found("egress.ip-permission.prefix-list-id", PrefixListId)).toEqual([]);
  expect(await found("ip-permission.group-name", named?.GroupName ?? "")).toEqual([GroupId]);
  expect(await found("ip-permission.user-id", named?.OwnerId ?? "")).toContain(GroupId);
  expect(await found("egress.ip-permission.user-id", named?.OwnerId ?? "")).not.toContain(GroupId);
  const ofVpc = await ec2.send(new GetSecurityGroupsForVpcCommand({ VpcId, ...by("primary-vpc-id", VpcId) }));
  expect(ofVpc.SecurityGroupForVpcs).toHaveLength(3);
});

test("peerings are found by blocks and states", async () => {
  const [VpcId, PeerVpcId] = [await newVpc("10.71.0.0/16"), await newVpc("10.72.0.0/16")];
  const { VpcPeeringConnection } = await ec2.send(new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId }));
  const found = async (name: string, value: string) =>
    (await ec2.send(new DescribeVpcPeeringConnectionsCommand(by(name, value)))).VpcPeeringConnections?.map(
      (peering) => peering.VpcPeeringConnectionId,
    );
  const id = VpcPeeringConnection?.VpcPeeringConnectionId;
  expect(await found("requester-vpc-info.cidr-block", "10.71.0.0/16")).toEqual([id]);
  expect(await found("requester-vpc-info.cidr-block", "10.72.0.0/16")).toEqual([]);
  expect(await found("accepter-vpc-info.cidr-block", "10.72.0.0/16")).toEqual([id]);
  expect(await found("status-message", "Pending*")).toEqual([id]);
  expect(await found("expiration-time", VpcPeeringConnection?.ExpirationTime?.toISOString() ?? "")).toEqual([id]);
});

test("filters for what nothing has here select nothing, and are no error", async () => {
  const VpcId = await newVpc();
  await newSubnet(VpcId);
  const empty = async (answer: Promise<object>) =>
    expect(Object.values(await answer).find((value) => Array.isArray(value))).toEqual([]);
  for (const name of ["outpost-arn", "customer-owned-ipv4-pool", "enable-lni-at-device-index"]) {
    await empty(ec2.send(new DescribeSubnetsCommand(by(name, "*"))));
  }
  const onLaunch = "private-dns-name-options-on-launch.enable-resource-name-dns-a";
  for (const record of [`${onLaunch}-record`, `${onLaunch}aaa-record`, "map-customer-owned-ip-on-launch"]) {
    const filters = [...inVpc(VpcId).Filters, { Name: record, Values: ["false"] }];
    expect((await ec2.send(new DescribeSubnetsCommand({ Filters: filters }))).Subnets).toHaveLength(1);
  }
  for (const name of ["operator.principal", "association.public-dns-name"]) {
    await empty(ec2.send(new DescribeNetworkInterfacesCommand(by(name, "*"))));
  }
  await empty(ec2.send(new DescribeAvailabilityZonesCommand(by("parent-zone-id", "*"))));
  await empty(ec2.send(new DescribeNetworkInsightsPathsCommand(by("filter-at-source.source-address", "*"))));
  await empty(ec2.send(new DescribeVpcEndpointsCommand(by("service-region", "eu-west-9"))));
  await empty(ec2.send(new DescribeVpcEndpointServicesCommand(by("service-region", "eu-west-9"))));
});

test("two hundred values go into the filters of one call", async () => {
  const values = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);
  const asked = (...counts: number[]) =>
    ec2.send(new DescribeVpcsCommand({ Filters: counts.map((count) => ({ Name: "tag-key", Values: values(count) })) }));
  await expect(asked(100, 101)).rejects.toMatchObject({
    name: "FilterLimitExceeded",
    message: "The maximum number of filter values specified on a single call is 200",
  });
  expect((await asked(100, 100)).Vpcs).toEqual([]);
});

describe("MaxResults", () => {
  test("has bounds of each call's own", async () => {
    const refused = { name: "InvalidParameterValue" };
    await expect(ec2.send(new DescribeVpcsCommand({ MaxResults: 1 }))).rejects.toMatchObject({
      ...refused,
      message: "Value ( 1 ) for parameter maxResults is invalid. Expecting a value greater than 5.",
    });
    await expect(ec2.send(new DescribeRouteTablesCommand({ MaxResults: 101 }))).rejects.toMatchObject(refused);
    const VpcId = await newVpc();
    const stale = (MaxResults: number) => ec2.send(new DescribeStaleSecurityGroupsCommand({ VpcId, MaxResults }));
    await expect(stale(256)).rejects.toMatchObject(refused);
    await stale(255);
    await expect(ec2.send(new DescribeEgressOnlyInternetGatewaysCommand({ MaxResults: 256 }))).rejects.toMatchObject(
      refused,
    );
    await expect(ec2.send(new DescribeManagedPrefixListsCommand({ MaxResults: 101 }))).rejects.toMatchObject(refused);
    await expect(ec2.send(new DescribeNetworkInsightsPathsCommand({ MaxResults: 101 }))).rejects.toMatchObject(refused);
    await expect(ec2.send(new DescribeVpcEndpointsCommand({ MaxResults: 0 }))).rejects.toMatchObject(refused);
  });

  test("may be one where AWS says so, and more than there is where it is only a wish", async () => {
    const lists = await ec2.send(new DescribeManagedPrefixListsCommand({ MaxResults: 1 }));
    expect(lists.PrefixLists).toHaveLength(1);
    const { PrefixList } = await ec2.send(
      new CreateManagedPrefixListCommand({
        PrefixListName: "paged",
        MaxEntries: 2,
        AddressFamily: "IPv4",
        Entries: [{ Cidr: "10.0.0.0/8" }, { Cidr: "172.16.0.0/12" }],
      }),
    );
    const PrefixListId = PrefixList?.PrefixListId;
    const entries = await ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId, MaxResults: 1 }));
    expect(entries.Entries).toHaveLength(1);
    const services = await ec2.send(new DescribeVpcEndpointServicesCommand({ MaxResults: 1 }));
    expect(services.ServiceNames).toHaveLength(1);
    expect(services.NextToken).toBeTruthy();
    await ec2.send(new DescribeVpcEndpointsCommand({ MaxResults: 5000 }));
  });
});

test("tags are refused where there is nothing to tag, each kind in its own words", async () => {
  const absent = "0123456789abcdef0";
  const Tags = [{ Key: "a", Value: "b" }];
  for (const [prefix, name, message] of [
    ["vpc", "InvalidVpcID.NotFound", `The vpc ID 'vpc-${absent}' does not exist`],
    ["igw", "InvalidInternetGatewayID.NotFound", `The internetGateway ID 'igw-${absent}' does not exist`],
    ["rtb", "InvalidRouteTableID.NotFound", `The routeTable ID 'rtb-${absent}' does not exist`],
    ["sgr", "InvalidSecurityGroupRuleId.NotFound", `The security group rule ID 'sgr-${absent}' does not exist`],
  ]) {
    const asked = { Resources: [`${prefix}-${absent}`], Tags };
    await expect(ec2.send(new CreateTagsCommand(asked))).rejects.toMatchObject({ name, message });
    await expect(ec2.send(new DeleteTagsCommand(asked))).rejects.toMatchObject({ name, message });
  }
  await expect(ec2.send(new CreateTagsCommand({ Resources: ["nonsense"], Tags }))).rejects.toMatchObject({
    name: "InvalidID",
  });
});

test("a tag's value has up to 256 characters", async () => {
  const VpcId = await newVpc();
  const tag = (length: number) =>
    ec2.send(new CreateTagsCommand({ Resources: [VpcId], Tags: [{ Key: "long", Value: "v".repeat(length) }] }));
  await tag(256);
  await expect(tag(257)).rejects.toMatchObject({ name: "InvalidParameterValue" });
});
