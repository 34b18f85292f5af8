import {
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeAccountAttributesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRegionsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedControlPlane, serveControlPlane } from "../../testing/served-control-plane.ts";

let served: ServedControlPlane;
let client: EC2Client;
let groups = 0;

beforeAll(async () => {
  served = await serveControlPlane();
  client = new EC2Client(served.clientSettings);
});

afterAll(async () => {
  client.destroy();
  await served.close();
});

const newGroup = async (): Promise<string> => {
  const GroupName = `group ${groups++}`;
  return (await client.send(new CreateSecurityGroupCommand({ GroupName, Description: "for a test" }))).GroupId ?? "";
};

describe("the default network", () => {
  it("has its VPC, subnets, gateway, routes and network ACL", async () => {
    const Filters = [{ Name: "is-default", Values: ["true"] }];
    const vpc = (await client.send(new DescribeVpcsCommand({ Filters }))).Vpcs?.[0];
    const VpcId = vpc?.VpcId ?? "";
    expect(vpc).toMatchObject({ CidrBlock: "172.31.0.0/16", IsDefault: true, State: "available" });
    const inVpc = [{ Name: "vpc-id", Values: [VpcId] }];
    const { Subnets } = await client.send(new DescribeSubnetsCommand({ Filters: inVpc }));
    expect(Subnets?.map((subnet) => subnet.AvailabilityZoneId).toSorted()).toEqual([
      "use1-az1",
      "use1-az2",
      "use1-az3",
    ]);
    expect(Subnets?.[0]).toMatchObject({ AvailableIpAddressCount: 4091, MapPublicIpOnLaunch: true });
    const gateways = await client.send(new DescribeInternetGatewaysCommand({}));
    expect(gateways.InternetGateways?.[0]?.Attachments).toEqual([{ State: "available", VpcId }]);
    const main = [{ Name: "association.main", Values: ["true"] }];
    const tables = await client.send(new DescribeRouteTablesCommand({ Filters: main }));
    expect(tables.RouteTables?.[0]?.Routes?.map(({ DestinationCidrBlock }) => DestinationCidrBlock)).toEqual([
      "172.31.0.0/16",
      "0.0.0.0/0",
    ]);
    const acls = await client.send(
      new DescribeNetworkAclsCommand({ Filters: [{ Name: "default", Values: ["true"] }] }),
    );
    expect(acls.NetworkAcls?.[0]?.Entries).toHaveLength(4);
    const attribute = await client.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: "enableDnsHostnames" }));
    expect(attribute.EnableDnsHostnames).toEqual({ Value: true });
    const account = await client.send(new DescribeAccountAttributesCommand({ AttributeNames: ["default-vpc"] }));
    expect(account.AccountAttributes?.[0]?.AttributeValues?.[0]?.AttributeValue).toBe(VpcId);
    expect((await client.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces).toEqual([]);
  });

  it("is there in every region that is asked for", async () => {
    const elsewhere = new EC2Client({ ...served.clientSettings, region: "ap-southeast-2" });
    const { AvailabilityZones } = await elsewhere.send(new DescribeAvailabilityZonesCommand({}));
    expect(AvailabilityZones?.map(({ ZoneName, ZoneId }) => `${ZoneName} ${ZoneId}`)).toEqual([
      "ap-southeast-2a apse2-az1",
      "ap-southeast-2b apse2-az2",
      "ap-southeast-2c apse2-az3",
    ]);
    expect((await elsewhere.send(new DescribeSubnetsCommand({}))).Subnets).toHaveLength(3);
    const { Regions } = await elsewhere.send(new DescribeRegionsCommand({ RegionNames: ["eu-west-1"] }));
    expect(Regions?.map(({ RegionName }) => RegionName)).toEqual(["eu-west-1"]);
    elsewhere.destroy();
  });

  it("answers what is not there with the code that Terraform looks for", async () => {
    const missing = (call: Promise<object>) => call.catch((error: Error) => error.name);
    expect(
      await Promise.all([
        missing(client.send(new DescribeVpcsCommand({ VpcIds: ["vpc-1"] }))),
        missing(client.send(new DescribeSubnetsCommand({ SubnetIds: ["subnet-1"] }))),
        missing(client.send(new DescribeRouteTablesCommand({ RouteTableIds: ["rtb-1"] }))),
        missing(client.send(new DescribeInternetGatewaysCommand({ InternetGatewayIds: ["igw-1"] }))),
        missing(client.send(new DescribeNetworkAclsCommand({ NetworkAclIds: ["acl-1"] }))),
        missing(client.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ["eni-1"] }))),
        missing(client.send(new DescribeSubnetsCommand({ Filters: [{ Name: "colour", Values: ["red"] }] }))),
        missing(client.send(new DescribeSubnetsCommand({ MaxResults: 4 }))),
        missing(client.send(new DescribeSubnetsCommand({ NextToken: "x" }))),
      ]),
    ).toEqual([
      "InvalidVpcID.NotFound",
      "InvalidSubnetID.NotFound",
      "InvalidRouteTableID.NotFound",
      "InvalidInternetGatewayID.NotFound",
      "InvalidNetworkAclID.NotFound",
      "InvalidNetworkInterfaceID.NotFound",
      "InvalidParameterValue",
      "InvalidParameterValue",
      "InvalidNextToken",
    ]);
  });
});

describe("tags, filters and pages", () => {
  it("tag many kinds of resource, find them by tag, and take tags away", async () => {
    const GroupId = await newGroup();
    const SubnetId = (await client.send(new DescribeSubnetsCommand({}))).Subnets?.[0]?.SubnetId ?? "";
    const Resources = [GroupId, SubnetId];
    await client.send(new CreateTagsCommand({ Resources, Tags: [{ Key: "kind", Value: "tagged one" }] }));
    const Filters = [{ Name: "tag:kind", Values: ["tagged*"] }];
    expect((await client.send(new DescribeSubnetsCommand({ Filters }))).Subnets).toHaveLength(1);
    const Tags = (await client.send(new DescribeTagsCommand({ Filters: [{ Name: "key", Values: ["kind"] }] }))).Tags;
    expect(Tags?.map(({ ResourceId, ResourceType }) => [ResourceId, ResourceType]).toSorted()).toEqual(
      [
        [GroupId, "security-group"],
        [SubnetId, "subnet"],
      ].toSorted(),
    );
    await client.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: "kind", Value: "another" }] }));
    expect((await client.send(new DescribeSubnetsCommand({ Filters }))).Subnets).toHaveLength(1);
    await client.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: "kind" }] }));
    expect((await client.send(new DescribeSubnetsCommand({ Filters }))).Subnets).toHaveLength(0);
    const reserved = new CreateTagsCommand({ Resources, Tags: [{ Key: "aws:x", Value: "y" }] });
    await expect(client.send(reserved)).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  it("pages through groups", async () => {
    for (let count = 0; count < 7; count++) await newGroup();
    const seen: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(new DescribeSecurityGroupsCommand({ MaxResults: 5, NextToken }));
      expect(page.SecurityGroups?.length).toBeLessThanOrEqual(5);
      seen.push(...(page.SecurityGroups ?? []).map((group) => group.GroupId));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    const all = (await client.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups ?? [];
    expect(seen).toEqual(all.map((group) => group.GroupId));
  });
});
