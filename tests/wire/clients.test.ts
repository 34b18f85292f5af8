import { Agent } from "node:http";
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeSecurityGroupsCommand, type DescribeSecurityGroupsRequest, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeTasksCommand, ECSClient, RunTaskCommand } from "@aws-sdk/client-ecs";
import { CreateAccessPointCommand, DescribeFileSystemsCommand, EFSClient } from "@aws-sdk/client-efs";
import { DescribeClusterCommand, EKSClient, ListClustersCommand } from "@aws-sdk/client-eks";
import { GetHostedZoneCommand, ListHostedZonesCommand, Route53Client } from "@aws-sdk/client-route-53";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import { ServiceError } from "@fleetless/kernel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { credentials, operation, type StartedGateway, service, startGateway } from "./support/start-gateway.ts";

const at = new Date("2026-03-04T05:06:07Z");
const echoed: unknown[] = [];
const keep = (input: unknown): void => {
  echoed.push(input);
};
const last = (): unknown => echoed.at(-1);

const services = [
  service("ecs", () => import("@aws-sdk/client-ecs"), {
    DescribeTasks: operation("ecs:DescribeTasks", async (input: object) => {
      keep(input);
      return { tasks: [{ taskArn: "arn:aws:ecs:us-east-1:123456789012:task/a", createdAt: at }], failures: [] };
    }),
    RunTask: operation("ecs:RunTask", async () => {
      throw new ServiceError("ClusterNotFoundException", 400, "Cluster not found.");
    }),
  }),
  service("sts", () => import("@aws-sdk/client-sts"), {
    GetCallerIdentity: operation("sts:GetCallerIdentity", async (_input: object, call) => ({
      Arn: call.principal.arn,
      Account: call.accountId,
      UserId: call.principal.userId,
    })),
    AssumeRole: operation("sts:AssumeRole", async (input: object) => {
      keep(input);
      throw new ServiceError("MalformedPolicyDocument", 400, 'Not a policy: <"&');
    }),
  }),
  service("ec2", () => import("@aws-sdk/client-ec2"), {
    DescribeSecurityGroups: operation("ec2:DescribeSecurityGroups", async (input: DescribeSecurityGroupsRequest) => {
      keep(input);
      if (input.GroupIds?.includes("sg-gone")) {
        throw new ServiceError("InvalidGroup.NotFound", 400, "The security group 'sg-gone' does not exist");
      }
      const permission = { IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
      return { SecurityGroups: [{ GroupId: "sg-1", GroupName: "a & b", IpPermissions: [permission], Tags: [] }] };
    }),
  }),
  service("elasticfilesystem", () => import("@aws-sdk/client-efs"), {
    DescribeFileSystems: operation("elasticfilesystem:DescribeFileSystems", async (input: object) => {
      keep(input);
      throw new ServiceError("FileSystemNotFound", 404, "File system 'fs-1' does not exist.", {
        ErrorCode: "FileSystemNotFound",
      });
    }),
    CreateAccessPoint: operation("elasticfilesystem:CreateAccessPoint", async (input: object) => {
      keep(input);
      return { AccessPointId: "fsap-1", RootDirectory: { Path: "/data" } };
    }),
  }),
  service("eks", () => import("@aws-sdk/client-eks"), {
    DescribeCluster: operation("eks:DescribeCluster", async (input: object) => {
      keep(input);
      return { cluster: { name: "one", createdAt: at, tags: { team: "a" } } };
    }),
    ListClusters: operation("eks:ListClusters", async (input: object) => {
      keep(input);
      return { clusters: ["one"], nextToken: "more" };
    }),
  }),
  service("s3", () => import("@aws-sdk/client-s3"), {
    PutObject: operation("s3:PutObject", async (input: { Body?: unknown }) => {
      keep({ ...input, Body: String(input.Body) });
      return { ETag: '"abc"', VersionId: "v1" };
    }),
    GetObject: operation("s3:GetObject", async (input: { Key?: string }) => {
      keep(input);
      if (input.Key === "gone") throw new ServiceError("NoSuchKey", 404, "The specified key does not exist.");
      return { Body: Buffer.from([0, 1, 2, 255]), LastModified: at, Metadata: { colour: "red" }, ContentType: "x/y" };
    }),
    ListObjectsV2: operation("s3:ListBucket", async (input: object) => {
      keep(input);
      return { Name: "bucket", Contents: [{ Key: "a b", LastModified: at, Size: 3 }, { Key: "c" }], KeyCount: 2 };
    }),
  }),
  service("route53", () => import("@aws-sdk/client-route-53"), {
    ListHostedZones: operation("route53:ListHostedZones", async (input: object) => {
      keep(input);
      const zone = { Id: "/hostedzone/Z1", Name: "example.com.", CallerReference: "r", Config: { PrivateZone: true } };
      return { HostedZones: [zone], MaxItems: 100, IsTruncated: false, Marker: "" };
    }),
    GetHostedZone: operation("route53:GetHostedZone", async () => {
      throw new ServiceError("NoSuchHostedZone", 404, "No hosted zone found with ID: Z2");
    }),
  }),
  service("monitoring", () => import("@aws-sdk/client-cloudwatch"), {
    GetMetricStatistics: operation("cloudwatch:GetMetricStatistics", async (input: object) => {
      keep(input);
      return { Label: "CPU", Datapoints: [{ Timestamp: at, Average: 1.5, Unit: "Percent" as const }] };
    }),
    DescribeAlarms: operation("cloudwatch:DescribeAlarms", async () => {
      throw new ServiceError("InvalidNextToken", 400, "The token is not one of ours");
    }),
  }),
];

let started: StartedGateway;
beforeAll(async () => {
  started = await startGateway(services);
});
afterAll(async () => {
  await started[Symbol.asyncDispose]();
});

const settings = () => ({ endpoint: started.endpoint, region: "us-east-1", credentials, maxAttempts: 1 });

test("AWS JSON 1.1: ecs", async () => {
  const client = new ECSClient(settings());
  const { tasks, $metadata } = await client.send(new DescribeTasksCommand({ tasks: ["a"], include: ["TAGS"] }));
  expect(last()).toEqual({ tasks: ["a"], include: ["TAGS"] });
  expect(tasks?.[0]?.createdAt).toEqual(at);
  expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  await expect(client.send(new RunTaskCommand({ taskDefinition: "x" }))).rejects.toMatchObject({
    name: "ClusterNotFoundException",
    message: "Cluster not found.",
    $metadata: { httpStatusCode: 400 },
  });
});

test("Query: sts", async () => {
  const client = new STSClient(settings());
  const identity = await client.send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({ Arn: "arn:aws:iam::123456789012:user/alice", Account: "123456789012" });
  const input = {
    RoleArn: "arn:aws:iam::123456789012:role/r",
    RoleSessionName: "s",
    PolicyArns: [{ arn: "one" }, { arn: "two" }],
    DurationSeconds: 900,
    Tags: [{ Key: "a=b&c", Value: "ü +" }],
  };
  await expect(client.send(new AssumeRoleCommand(input))).rejects.toMatchObject({
    name: "MalformedPolicyDocumentException",
    message: 'Not a policy: <"&',
  });
  expect(last()).toEqual(input);
});

test("EC2 Query: ec2", async () => {
  const client = new EC2Client(settings());
  const input = { Filters: [{ Name: "vpc-id", Values: ["vpc-1", "vpc-2"] }], MaxResults: 5, DryRun: false };
  const { SecurityGroups } = await client.send(new DescribeSecurityGroupsCommand(input));
  expect(last()).toEqual(input);
  expect(SecurityGroups?.[0]).toMatchObject({
    GroupName: "a & b",
    IpPermissions: [{ FromPort: 80, IpProtocol: "tcp" }],
  });
  await expect(client.send(new DescribeSecurityGroupsCommand({ GroupIds: ["sg-gone"] }))).rejects.toMatchObject({
    name: "InvalidGroup.NotFound",
  });
});

test("REST-JSON: efs and eks", async () => {
  const efs = new EFSClient(settings());
  const input = { ClientToken: "t", FileSystemId: "fs-1", PosixUser: { Uid: 1, Gid: 2, SecondaryGids: [3] } };
  await expect(efs.send(new CreateAccessPointCommand(input))).resolves.toMatchObject({ AccessPointId: "fsap-1" });
  expect(last()).toEqual(input);
  await expect(efs.send(new DescribeFileSystemsCommand({ FileSystemId: "fs-1", MaxItems: 3 }))).rejects.toMatchObject({
    name: "FileSystemNotFound",
    ErrorCode: "FileSystemNotFound",
    $metadata: { httpStatusCode: 404 },
  });
  expect(last()).toEqual({ FileSystemId: "fs-1", MaxItems: 3 });
  const eks = new EKSClient(settings());
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: "a/b c" }));
  expect(last()).toEqual({ name: "a/b c" });
  expect(cluster).toMatchObject({ createdAt: at, tags: { team: "a" } });
  const list = { maxResults: 5, include: ["all", "more"] };
  await expect(eks.send(new ListClustersCommand(list))).resolves.toMatchObject({ nextToken: "more" });
  expect(last()).toEqual(list);
});

describe("REST-XML", () => {
  test.each([true, false])("s3, path style %s", async (forcePathStyle) => {
    const endpoint = forcePathStyle ? started.endpoint : `http://s3.localhost:${started.port}`;
    const httpAgent = new Agent({
      lookup: (_host, _options, found) => found(null, [{ address: "127.0.0.1", family: 4 }]),
    });
    const client = new S3Client({ ...settings(), endpoint, forcePathStyle, requestHandler: { httpAgent } });
    const target = { Bucket: "bucket", Key: "a/b c+d/é(1)" };
    const put = { ...target, Body: "text", Metadata: { colour: "red" }, ContentType: "text/plain" };
    await expect(client.send(new PutObjectCommand(put))).resolves.toMatchObject({ VersionId: "v1" });
    expect(last()).toMatchObject(put);
    const got = await client.send(new GetObjectCommand(target));
    expect(last()).toMatchObject(target);
    expect(got).toMatchObject({ LastModified: at, Metadata: { colour: "red" }, ContentType: "x/y" });
    expect([...((await got.Body?.transformToByteArray()) ?? [])]).toEqual([0, 1, 2, 255]);
    await expect(client.send(new GetObjectCommand({ ...target, Key: "gone" }))).rejects.toMatchObject({
      name: "NoSuchKey",
      $metadata: { httpStatusCode: 404 },
    });
    const list = await client.send(new ListObjectsV2Command({ Bucket: "bucket", Prefix: "a b", MaxKeys: 2 }));
    expect(last()).toMatchObject({ Bucket: "bucket", Prefix: "a b", MaxKeys: 2 });
    expect(list.Contents).toMatchObject([{ Key: "a b", LastModified: at, Size: 3 }, { Key: "c" }]);
  });

  test("route53", async () => {
    const client = new Route53Client(settings());
    const { HostedZones } = await client.send(new ListHostedZonesCommand({ MaxItems: 7 }));
    expect(last()).toEqual({ MaxItems: 7 });
    expect(HostedZones?.[0]).toMatchObject({ Name: "example.com.", Config: { PrivateZone: true } });
    await expect(client.send(new GetHostedZoneCommand({ Id: "Z2" }))).rejects.toMatchObject({
      name: "NoSuchHostedZone",
      message: "No hosted zone found with ID: Z2",
    });
  });
});

describe("CloudWatch speaks three protocols", () => {
  const protocols = { "AWS JSON 1.0": undefined, "RPC v2 CBOR": AwsSmithyRpcV2CborProtocol, Query: AwsQueryProtocol };
  test.each(Object.entries(protocols))("%s", async (_name, protocol) => {
    const client = new CloudWatchClient({ ...settings(), ...(protocol === undefined ? {} : { protocol }) });
    const input = {
      Namespace: "n",
      MetricName: "m",
      StartTime: at,
      EndTime: new Date(at.getTime() + 1500),
      Period: 60,
      Statistics: ["Average" as const],
    };
    const { Datapoints } = await client.send(new GetMetricStatisticsCommand(input));
    expect(last()).toEqual(input);
    expect(Datapoints).toEqual([{ Timestamp: at, Average: 1.5, Unit: "Percent" }]);
    await expect(client.send(new DescribeAlarmsCommand({}))).rejects.toMatchObject({
      name: "InvalidNextToken",
      message: "The token is not one of ours",
    });
  });
});
