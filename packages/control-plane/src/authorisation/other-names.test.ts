import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  TagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  ECSClient,
  TagResourceCommand as EcsTagResourceCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ServedControlPlane, serveControlPlane } from "../testing/served-control-plane.ts";

const account = "123456789012";
let served: ServedControlPlane;
let clients: { ec2: EC2Client; ecs: ECSClient; iam: IAMClient; logs: CloudWatchLogsClient };

/** A user who may do anything, but for what is guarded, which is denied by its one true ARN. */
beforeAll(async () => {
  served = await serveControlPlane();
  const settings = served.clientSettings;
  const iam = new IAMClient(settings);
  const ec2 = new EC2Client(settings);
  const made = await ec2.send(new CreateSecurityGroupCommand({ GroupName: "guarded", Description: "for a test" }));
  const vpcId = (await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.[0]?.VpcId;
  await new CloudWatchLogsClient(settings).send(new CreateLogGroupCommand({ logGroupName: "guarded" }));
  await new ECSClient(settings).send(
    new RegisterTaskDefinitionCommand({
      family: "guarded",
      containerDefinitions: [{ name: "main", image: "busybox", memory: 128 }],
    }),
  );
  await iam.send(new CreateUserCommand({ UserName: "mallory" }));
  const guarded = [
    `arn:aws:ec2:us-east-1:${account}:security-group/${made.GroupId}`,
    `arn:aws:ec2:us-east-1:${account}:vpc/${vpcId}`,
    `arn:aws:logs:us-east-1:${account}:log-group:guarded`,
    `arn:aws:ecs:us-east-1:${account}:task-definition/guarded:1`,
    `arn:aws:iam::${account}:user/guarded/*`,
  ];
  const Statement = [
    { Effect: "Allow", Action: "*", Resource: "*" },
    { Effect: "Deny", Action: "*", Resource: guarded },
    {
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: { StringEquals: { "aws:ResourceTag/env": "production" } },
    },
  ];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.send(new PutUserPolicyCommand({ UserName: "mallory", PolicyName: "p", PolicyDocument }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: "mallory" }));
  const credentials = { accessKeyId: key?.AccessKeyId ?? "", secretAccessKey: key?.SecretAccessKey ?? "" };
  const theirs = { ...settings, credentials };
  clients = {
    ec2: new EC2Client(theirs),
    ecs: new ECSClient(theirs),
    iam: new IAMClient(theirs),
    logs: new CloudWatchLogsClient(theirs),
  };
});

afterAll(() => served.close());

const denied = { message: expect.stringContaining("with an explicit deny") };

test("a security group's name does not lead past a policy on its id", async () => {
  const { ec2 } = clients;
  const rule = { GroupName: "guarded", IpProtocol: "tcp", FromPort: 1, ToPort: 1, CidrIp: "0.0.0.0/0" };
  await expect(ec2.send(new AuthorizeSecurityGroupIngressCommand(rule))).rejects.toMatchObject(denied);
  await expect(ec2.send(new DeleteSecurityGroupCommand({ GroupName: "guarded" }))).rejects.toMatchObject(denied);
});

test("nor does the default VPC's being left out", async () => {
  const creating = new CreateSecurityGroupCommand({ GroupName: "other", Description: "for a test" });
  await expect(clients.ec2.send(creating)).rejects.toMatchObject(denied);
});

test.each([
  `arn:aws:logs:us-east-1:${account}:log-group:guarded`,
  `arn:aws:logs:us-east-1:${account}:log-group:guarded:*`,
  `arn:aws-cn:logs:us-east-1:${account}:log-group:guarded`,
])("nor the log group's ARN as %s", async (resourceArn) => {
  const tagging = new TagResourceCommand({ resourceArn, tags: { a: "b" } });
  await expect(clients.logs.send(tagging)).rejects.toMatchObject(denied);
});

const definition = `ecs:us-east-1:${account}:task-definition/`;

test.each([`arn:aws-cn:${definition}guarded:1`, `arn:aws:${definition}arn:aws:${definition}guarded:1`])(
  "nor the task definition's ARN as %s",
  async (resourceArn) => {
    const tagging = new EcsTagResourceCommand({ resourceArn, tags: [{ key: "a", value: "b" }] });
    await expect(clients.ecs.send(tagging)).rejects.toThrow(/Invalid resource ARN|not found|could not be found/);
  },
);

test("tags withhold what bears them, whatever the policy says of its ARN", async () => {
  const root = served.clientSettings;
  const { ec2, ecs, logs } = clients;
  const tags = [{ key: "env", value: "production" }];
  await new ECSClient(root).send(new CreateClusterCommand({ clusterName: "live", tags }));
  await new ECSClient(root).send(new CreateClusterCommand({ clusterName: "trial" }));
  await expect(ecs.send(new DeleteClusterCommand({ cluster: "live" }))).rejects.toMatchObject(denied);
  await expect(ecs.send(new DescribeClustersCommand({ clusters: ["trial", "live"] }))).rejects.toMatchObject(denied);
  await expect(ecs.send(new DeleteClusterCommand({ cluster: "trial" }))).resolves.toBeTruthy();
  const live = { logGroupName: "live", tags: { env: "production" } };
  await new CloudWatchLogsClient(root).send(new CreateLogGroupCommand(live));
  await expect(logs.send(new DeleteLogGroupCommand({ logGroupName: "live" }))).rejects.toMatchObject(denied);
  const made = await new EC2Client(root).send(
    new CreateSecurityGroupCommand({
      GroupName: "live",
      Description: "for a test",
      TagSpecifications: [{ ResourceType: "security-group", Tags: [{ Key: "env", Value: "production" }] }],
    }),
  );
  await expect(ec2.send(new DeleteSecurityGroupCommand({ GroupId: made.GroupId }))).rejects.toMatchObject(denied);
});

test("who renames a user needs the permission on the new name too", async () => {
  const renaming = new UpdateUserCommand({ UserName: "mallory", NewPath: "/guarded/" });
  await expect(clients.iam.send(renaming)).rejects.toMatchObject(denied);
});
