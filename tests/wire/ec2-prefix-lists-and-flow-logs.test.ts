import {
  AuthorizeSecurityGroupIngressCommand,
  CreateFlowLogsCommand,
  type CreateFlowLogsCommandInput,
  CreateManagedPrefixListCommand,
  DeleteFlowLogsCommand,
  DeleteManagedPrefixListCommand,
  DeleteSecurityGroupCommand,
  DescribeFlowLogsCommand,
  DescribeManagedPrefixListsCommand,
  DescribePrefixListsCommand,
  DescribeSecurityGroupsCommand,
  GetManagedPrefixListAssociationsCommand,
  GetManagedPrefixListEntriesCommand,
  ModifyManagedPrefixListCommand,
} from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";

import { ec2, newGroup, newVpc } from "./support/served-ec2.ts";

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
