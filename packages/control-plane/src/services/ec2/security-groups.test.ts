import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  type IpPermission,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
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

const describeGroup = async (id: string) =>
  (await client.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }))).SecurityGroups?.[0];

const allow = (GroupId: string, ...IpPermissions: IpPermission[]) =>
  client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));

const web: IpPermission = { IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };

describe("security groups", () => {
  it("are made with tags, let everything out, and have a name of their own", async () => {
    const TagSpecifications = [{ ResourceType: "security-group" as const, Tags: [{ Key: "team", Value: "web" }] }];
    const input = { GroupName: "named", Description: "d", TagSpecifications };
    const { GroupId } = await client.send(new CreateSecurityGroupCommand(input));
    expect(await describeGroup(GroupId ?? "")).toMatchObject({
      GroupName: "named",
      IpPermissions: [],
      IpPermissionsEgress: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
      Tags: [{ Key: "team", Value: "web" }],
    });
    await expect(client.send(new CreateSecurityGroupCommand(input))).rejects.toMatchObject({
      name: "InvalidGroup.Duplicate",
    });
    await client.send(new DeleteSecurityGroupCommand({ GroupName: "named" }));
    await client.send(new CreateSecurityGroupCommand(input));
  });

  it.each([
    [{ GroupName: "default", Description: "d" }, "InvalidParameterValue"],
    [{ GroupName: "sg-x", Description: "d" }, "InvalidParameterValue"],
    [{ GroupName: "é", Description: "d" }, "InvalidParameterValue"],
    [{ GroupName: "x", Description: "d", VpcId: "vpc-1" }, "InvalidVpcID.NotFound"],
  ])("are refused as %j", async (input, name) => {
    await expect(client.send(new CreateSecurityGroupCommand(input))).rejects.toMatchObject({ name });
  });

  it("take rules from ranges and groups, and show them together", async () => {
    const [one, other] = [await newGroup(), await newGroup()];
    const answer = await allow(one, web, {
      ...web,
      IpRanges: [{ CidrIp: "10.1.2.3/8", Description: "inside" }],
      UserIdGroupPairs: [{ GroupId: other }],
    });
    expect(answer.SecurityGroupRules?.map(({ CidrIpv4 }) => CidrIpv4)).toEqual(["0.0.0.0/0", "10.0.0.0/8", undefined]);
    expect((await describeGroup(one))?.IpPermissions).toMatchObject([
      {
        IpProtocol: "tcp",
        FromPort: 80,
        ToPort: 80,
        IpRanges: [{ CidrIp: "0.0.0.0/0" }, { CidrIp: "10.0.0.0/8", Description: "inside" }],
        UserIdGroupPairs: [{ GroupId: other, UserId: "123456789012" }],
      },
    ]);
    await expect(allow(one, web)).rejects.toMatchObject({
      name: "InvalidPermission.Duplicate",
      message: 'the specified rule "peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW" already exists',
    });
    await expect(client.send(new DeleteSecurityGroupCommand({ GroupId: other }))).rejects.toMatchObject({
      name: "DependencyViolation",
    });
  });

  it("take the older parameters", async () => {
    const GroupId = await newGroup();
    const flat = { GroupId, IpProtocol: "6", FromPort: 1, ToPort: 2, CidrIp: "10.0.0.0/8" };
    await client.send(new AuthorizeSecurityGroupIngressCommand(flat));
    await client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, SourceSecurityGroupName: "default" }));
    const permissions = (await describeGroup(GroupId))?.IpPermissions;
    expect(permissions?.map(({ IpProtocol }) => IpProtocol)).toEqual(["tcp", "-1"]);
    await expect(
      client.send(new AuthorizeSecurityGroupIngressCommand({ ...flat, IpPermissions: [web] })),
    ).rejects.toMatchObject({ name: "InvalidParameterCombination" });
  });

  it.each<[IpPermission, string]>([
    [{ ...web, IpRanges: [{ CidrIp: "10.0.0.0/33" }] }, "InvalidParameterValue"],
    [{ ...web, FromPort: 90 }, "InvalidParameterValue"],
    [{ ...web, ToPort: 70_000 }, "InvalidParameterValue"],
    [{ ...web, IpProtocol: "smtp" }, "InvalidParameterValue"],
    [{ IpProtocol: "tcp", FromPort: 1, ToPort: 1 }, "MissingParameter"],
    [{ ...web, Ipv6Ranges: [{ CidrIpv6: "10.0.0.0/8" }] }, "InvalidParameterValue"],
    [{ ...web, PrefixListIds: [{ PrefixListId: "pl-1" }] }, "InvalidPrefixListID.NotFound"],
    [{ ...web, UserIdGroupPairs: [{ GroupId: "sg-1" }] }, "InvalidGroup.NotFound"],
    [{ ...web, IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "é" }] }, "InvalidParameterValue"],
  ])("refuse %j", async (permission, name) => {
    await expect(allow(await newGroup(), permission)).rejects.toMatchObject({ name });
  });

  it("lose rules by what they say and by id", async () => {
    const GroupId = await newGroup();
    const { SecurityGroupRules } = await allow(GroupId, web, { ...web, FromPort: 81, ToPort: 81 });
    await client.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [web] }));
    // In the default VPC AWS only tells what it did not know.
    const again = await client.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [web] }));
    expect(again).toMatchObject({ Return: true, RevokedSecurityGroupRules: [], UnknownIpPermissions: [web] });
    const everythingSix = { IpProtocol: "-1", Ipv6Ranges: [{ CidrIpv6: "::/0" }] };
    const egress = await client.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [everythingSix] }));
    expect(egress.UnknownIpPermissions).toMatchObject([everythingSix]);
    const id = SecurityGroupRules?.[1]?.SecurityGroupRuleId ?? "";
    await client.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: [id] }));
    await expect(
      client.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: [id] })),
    ).rejects.toMatchObject({ name: "InvalidSecurityGroupRuleId.NotFound" });
    const everything = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
    await client.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [everything] }));
    expect(await describeGroup(GroupId)).toMatchObject({ IpPermissions: [], IpPermissionsEgress: [] });
    await client.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [web] }));
    expect((await describeGroup(GroupId))?.IpPermissionsEgress).toHaveLength(1);
  });

  it("change rules and their descriptions in place", async () => {
    const GroupId = await newGroup();
    const { SecurityGroupRules } = await allow(GroupId, web, { ...web, FromPort: 81, ToPort: 81 });
    const SecurityGroupRuleId = SecurityGroupRules?.[0]?.SecurityGroupRuleId;
    const change = (port: number) =>
      client.send(
        new ModifySecurityGroupRulesCommand({
          GroupId,
          SecurityGroupRules: [
            {
              SecurityGroupRuleId,
              SecurityGroupRule: { IpProtocol: "tcp", FromPort: port, ToPort: port, CidrIpv4: "0.0.0.0/0" },
            },
          ],
        }),
      );
    await change(8080);
    await expect(change(81)).rejects.toMatchObject({ name: "InvalidPermission.Duplicate" });
    await client.send(
      new UpdateSecurityGroupRuleDescriptionsIngressCommand({
        GroupId,
        SecurityGroupRuleDescriptions: [{ SecurityGroupRuleId, Description: "the web" }],
      }),
    );
    const Filters = [{ Name: "group-id", Values: [GroupId] }];
    const rules = await client.send(new DescribeSecurityGroupRulesCommand({ Filters }));
    expect(rules.SecurityGroupRules?.find((rule) => rule.SecurityGroupRuleId === SecurityGroupRuleId)).toMatchObject({
      FromPort: 8080,
      Description: "the web",
      IsEgress: false,
    });
  });

  it("answer a dry run and what does not exist with EC2's codes", async () => {
    const GroupId = await newGroup();
    await expect(client.send(new DeleteSecurityGroupCommand({ GroupId, DryRun: true }))).rejects.toMatchObject({
      name: "DryRunOperation",
    });
    await client.send(new DeleteSecurityGroupCommand({ GroupId }));
    await expect(client.send(new DeleteSecurityGroupCommand({ GroupId }))).rejects.toMatchObject({
      name: "InvalidGroup.NotFound",
      message: `The security group '${GroupId}' does not exist`,
    });
    await expect(client.send(new DeleteSecurityGroupCommand({ GroupName: "default" }))).rejects.toMatchObject({
      name: "CannotDelete",
    });
  });
});
