import {
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeFlowLogsCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import type { Task } from "@aws-sdk/client-ecs";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { runWith } from "./support/instance.ts";
import { shell, untilTerminated, useInstance } from "./support/use-instance.ts";

const running = useInstance("--isolation", "runc");
const logGroupName = "/vpc/flows";
const format = [
  "interface-id",
  "ecs-task-id",
  "srcaddr",
  "dstaddr",
  "protocol",
  "packets",
  "bytes",
  "action",
  "log-status",
]
  .map((field) => `$\{${field}}`)
  .join(" ");

const createRole = async (RoleName: string, service: string, actions: readonly string[]): Promise<string> => {
  const { iam } = running.tasks;
  const policy = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: policy({ Principal: { Service: service }, Action: "sts:AssumeRole" }),
    }),
  );
  const PolicyDocument = policy({ Action: actions, Resource: "*" });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "logs", PolicyDocument }));
  return Role?.Arn ?? "";
};

const createFlowLog = async (vpcId: string, role: string, group: string, traffic: string): Promise<string> => {
  const output = await runWith(running.instance, "aws", [
    ...["ec2", "create-flow-logs", "--resource-type", "VPC", "--resource-ids", vpcId, "--traffic-type", traffic],
    ...["--log-group-name", group, "--deliver-logs-permission-arn", role, "--log-format", format],
    ...["--max-aggregation-interval", "60", "--output", "json"],
  ]);
  const answer: { FlowLogIds: string[]; Unsuccessful: unknown[] } = JSON.parse(output);
  expect(answer.Unsuccessful).toEqual([]);
  return answer.FlowLogIds[0] ?? "";
};

const detail = (task: Task, wanted: string): string =>
  (task.attachments?.[0]?.details ?? []).find(({ name }) => name === wanted)?.value ?? "";
const interfaceOf = (task: Task): string => detail(task, "networkInterfaceId");
const addressOf = (task: Task): string => detail(task, "privateIPv4Address");

const inGroup = (securityGroup: string) => ({
  networkConfiguration: {
    awsvpcConfiguration: {
      subnets: [running.tasks.subnet],
      securityGroups: [securityGroup],
      assignPublicIp: "ENABLED" as const,
    },
  },
});

/** Of an interface's stream: its pings, those of several windows together. */
const pingsOf = async (task: Task): Promise<string[]> => {
  const sums = new Map<string, { packets: number; bytes: number }>();
  try {
    const { events } = await running.tasks.logs.send(
      new FilterLogEventsCommand({ logGroupName, logStreamNames: [`${interfaceOf(task)}-all`] }),
    );
    for (const { message = "" } of events ?? []) {
      const [eni, id, from, to, protocol, packets, bytes, action, status] = message.split(" ");
      if (protocol !== "1") continue;
      const key = [eni, id, from, to, action, status].join(" ");
      const sum = sums.get(key) ?? { packets: 0, bytes: 0 };
      sums.set(key, { packets: sum.packets + Number(packets), bytes: sum.bytes + Number(bytes) });
    }
  } catch (thrown) {
    if (!(thrown instanceof ResourceNotFoundException)) throw thrown;
  }
  return [...sums].map(([key, { packets, bytes }]) => `${key} ${packets} ${bytes}`).toSorted();
};

test("a VPC's flow log tells each packet of tasks, taken in and refused, as soon as the task is gone, and loses none where it is killed", async () => {
  const { tasks } = running;
  const { ec2 } = tasks;
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [tasks.subnet] }));
  const vpcId = Subnets?.[0]?.VpcId ?? "";
  const role = await createRole("flow-logs", "vpc-flow-logs.amazonaws.com", [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ]);
  const powerless = await createRole("powerless", "vpc-flow-logs.amazonaws.com", ["logs:PutLogEvents"]);
  const recorded = await createFlowLog(vpcId, role, logGroupName, "ALL");
  const denied = await createFlowLog(vpcId, powerless, "/vpc/denied", "REJECT");

  const [friends, strangers, guarded] = await Promise.all(
    ["friends", "strangers", "guarded"].map(async (GroupName) => {
      const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: GroupName }));
      return GroupId ?? "";
    }),
  );
  const IpPermissions = [
    { IpProtocol: "icmp", FromPort: -1, ToPort: -1, UserIdGroupPairs: [{ GroupId: friends ?? "" }] },
  ];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: guarded ?? "", IpPermissions }));

  const server = await tasks.run(
    "server",
    [{ name: "main", ...untilTerminated() }],
    "RUNNING",
    {},
    inGroup(guarded ?? ""),
  );
  const ping = (count: number) => [
    { name: "main", ...shell(`ping -c ${count} -i 0.1 -W 1 ${addressOf(server)}; true`) },
  ];
  const [friend, stranger] = await Promise.all([
    tasks.run("friend", ping(3), "STOPPED", {}, inGroup(friends ?? "")),
    tasks.run("stranger", ping(4), "STOPPED", {}, inGroup(strangers ?? "")),
  ]);
  // In the middle of the server's window.
  await running.instance.kill();
  await running.instance.up("--isolation", "runc");
  await tasks.stop(server.taskArn ?? "");
  await tasks.until(server.taskArn ?? "", "STOPPED");

  const taskId = (task: Task): string => (task.taskArn ?? "").split("/").at(-1) ?? "";
  const sum = (of: Task, from: Task, to: Task, packets: number, action: string): string =>
    [interfaceOf(of), taskId(of), addressOf(from), addressOf(to), action, "OK", packets, packets * 84].join(" ");
  const tells = (task: Task, ...sums: readonly string[]) =>
    expect.poll(() => pingsOf(task), { timeout: 20_000 }).toEqual(sums.toSorted());
  await tells(friend, sum(friend, friend, server, 3, "ACCEPT"), sum(friend, server, friend, 3, "ACCEPT"));
  await tells(stranger, sum(stranger, stranger, server, 4, "ACCEPT"));
  await tells(
    server,
    sum(server, friend, server, 3, "ACCEPT"),
    sum(server, server, friend, 3, "ACCEPT"),
    sum(server, stranger, server, 4, "REJECT"),
  );

  const { FlowLogs } = await ec2.send(new DescribeFlowLogsCommand({ FlowLogIds: [recorded, denied] }));
  const told = (FlowLogs ?? []).map((one) => [one.FlowLogId, one.DeliverLogsStatus, one.DeliverLogsErrorMessage]);
  expect(told.toSorted()).toEqual(
    [
      [recorded, "SUCCESS", undefined],
      [denied, "FAILED", "Access error"],
    ].toSorted(),
  );
  const { logGroups } = await tasks.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/vpc/" }));
  expect((logGroups ?? []).map((group) => group.logGroupName)).toEqual([logGroupName]);
});
