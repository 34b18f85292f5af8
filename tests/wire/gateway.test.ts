import { connect, createServer, type Server } from "node:net";
import { CloudWatchLogsClient, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeTasksCommand, ECSClient, ListClustersCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import { CreateAccessKeyCommand, IAMClient, ListUsersCommand } from "@aws-sdk/client-iam";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type Logger, ManualClock, silentLogger } from "@fleetless/kernel";
import { describe, expect, test } from "vitest";
import {
  credentials,
  localCredentials,
  operation,
  service,
  sessionCredentials,
  startGateway,
} from "./support/start-gateway.ts";

const services = [
  service("ecs", () => import("@aws-sdk/client-ecs"), {
    DescribeTasks: operation("ecs:DescribeTasks", async (input: { tasks?: string[] }) => {
      if (input.tasks?.includes("throws")) throw new Error("secret detail of ours");
      if (input.tasks?.includes("unknown member")) return { tasks: [{ taskArm: "a" }] };
      if (input.tasks?.includes("wrong type")) return { tasks: [{ taskArn: 5 }] };
      return { tasks: [], failures: [] };
    }),
    RunTask: operation("ecs:RunTask", async () => ({ tasks: [], failures: [] })),
  }),
  service("sts", () => import("@aws-sdk/client-sts"), {
    AssumeRole: operation("sts:AssumeRole", async () => ({ Credentials: { AccessKeyId: "A", SecretAccessKey: "B" } })),
    GetCallerIdentity: { authorise: { kind: "anyone", because: "a test" }, handle: async () => ({ Account: "1" }) },
  }),
  service("ec2", () => import("@aws-sdk/client-ec2"), {
    DescribeVpcs: operation("ec2:DescribeVpcs", async () => ({ Vpcs: [] })),
  }),
  service("iam", () => import("@aws-sdk/client-iam"), {
    ListUsers: operation("iam:ListUsers", async () => ({ Users: [], IsTruncated: false })),
    CreateAccessKey: operation("iam:CreateAccessKey", async () => ({
      AccessKey: { UserName: "u", AccessKeyId: "AKIANEW", Status: "Active" as const, SecretAccessKey: "very secret" },
    })),
  }),
  service("logs", () => import("@aws-sdk/client-cloudwatch-logs"), {
    PutLogEvents: operation("logs:PutLogEvents", async () => ({ nextSequenceToken: "1" })),
  }),
];

const settings = (endpoint: string) => ({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });

test("health is plain and needs no signature", async () => {
  await using started = await startGateway([]);
  const response = await fetch(`${started.endpoint}/_fleetless/health`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: "ok", version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
});

describe("a denial is in AWS's words and the service's own code", () => {
  const denied = (action: string) => ({
    decision: {
      kind: "denied" as const,
      permission: { action, resources: ["*"] },
      resource: "arn:aws:x",
      because: `because no identity-based policy allows the ${action} action`,
      checks: [],
      context: new Map(),
    },
  });
  const sentence = (action: string) =>
    `User: arn:aws:iam::123456789012:user/alice is not authorized to perform: ${action} on resource: arn:aws:x because no identity-based policy allows the ${action} action`;

  test("ecs, iam and ec2", async () => {
    await using started = await startGateway(services, denied("a:B"));
    const { endpoint } = started;
    await expect(
      new ECSClient(settings(endpoint)).send(new RunTaskCommand({ taskDefinition: "x" })),
    ).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: sentence("a:B"),
      $metadata: { httpStatusCode: 400 },
    });
    await expect(new IAMClient(settings(endpoint)).send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: "AccessDenied",
      message: sentence("a:B"),
      $metadata: { httpStatusCode: 403 },
    });
    await expect(new EC2Client(settings(endpoint)).send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: "UnauthorizedOperation",
      message: `You are not authorized to perform this operation. ${sentence("a:B")}`,
    });
    await expect(new STSClient(settings(endpoint)).send(new GetCallerIdentityCommand({}))).resolves.toBeTruthy();
    expect(started.records.map(({ errorCode }) => errorCode)).toEqual([
      "AccessDeniedException",
      "AccessDenied",
      "UnauthorizedOperation",
      undefined,
    ]);
  });
});

describe("authentication", () => {
  test("codes of unknown keys and wrong secrets", async () => {
    await using started = await startGateway(services);
    const unknown = { ...settings(started.endpoint), credentials: { ...credentials, accessKeyId: "AKIAOTHER" } };
    const wrong = { ...settings(started.endpoint), credentials: { ...credentials, secretAccessKey: "other" } };
    const listUsers = new ListUsersCommand({});
    const runTask = new RunTaskCommand({ taskDefinition: "x" });
    await expect(new IAMClient(unknown).send(listUsers)).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    await expect(new IAMClient(wrong).send(listUsers)).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    await expect(new ECSClient(unknown).send(runTask)).rejects.toMatchObject({ name: "UnrecognizedClientException" });
    await expect(new ECSClient(wrong).send(runTask)).rejects.toMatchObject({ name: "InvalidSignatureException" });
    await expect(new EC2Client(unknown).send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: "AuthFailure",
    });
  });

  test("a session needs its token", async () => {
    await using started = await startGateway(services);
    const withToken = new STSClient({ ...settings(started.endpoint), credentials: sessionCredentials });
    await expect(withToken.send(new GetCallerIdentityCommand({}))).resolves.toBeTruthy();
    const { accessKeyId, secretAccessKey } = sessionCredentials;
    const without = new STSClient({ ...settings(started.endpoint), credentials: { accessKeyId, secretAccessKey } });
    await expect(without.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: "InvalidClientTokenId",
    });
  });

  test("a query that names another service does not lead a signature there", async () => {
    await using started = await startGateway(services);
    const client = new STSClient(settings(started.endpoint));
    client.middlewareStack.add(
      (next) => (args) => {
        if (typeof args.request === "object" && args.request !== null && "query" in args.request) {
          args.request.query = { "X-Amz-Credential": "a/20260101/us-east-1/iam/aws4_request" };
        }
        return next(args);
      },
      { step: "build" },
    );
    await expect(client.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({ Account: "1" });
    expect(started.records.map((record) => record.service)).toEqual(["sts"]);
  });

  test("an unsigned call is told what is missing", async () => {
    await using started = await startGateway(services);
    const body = "Action=ListUsers&Version=2010-05-08";
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const response = await fetch(started.endpoint, { method: "POST", body, headers });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("<Code>MissingAuthenticationToken</Code>");
  });

  test("a clock ten minutes off is told so", async () => {
    await using started = await startGateway(services, { clock: new ManualClock(Date.now() + 600_000) });
    const message = /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/;
    await expect(
      new STSClient(settings(started.endpoint)).send(new GetCallerIdentityCommand({})),
    ).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
      message: expect.stringMatching(message),
    });
  });
});

describe("what is not there", () => {
  test("a region that is misspelt stands for no other, nor becomes one", async () => {
    await using started = await startGateway(services);
    const identityIn = (name: string) =>
      new STSClient({ ...settings(started.endpoint), region: name }).send(new GetCallerIdentityCommand({}));
    await expect(identityIn("eu-west-1")).resolves.toBeTruthy();
    for (const name of ["us-esat-1", "mars-1"]) {
      await expect(identityIn(name)).rejects.toMatchObject({
        name: "SignatureDoesNotMatch",
        message: `Credential should be scoped to a valid region, not '${name}'.`,
      });
    }
  });

  test("an operation that is not built is named, with a status that SDKs do not retry", async () => {
    await using started = await startGateway(services);
    await expect(new ECSClient(settings(started.endpoint)).send(new ListClustersCommand({}))).rejects.toMatchObject({
      name: "UnsupportedOperationException",
      message: "Fleetless does not support ecs:ListClusters yet.",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test("a service that is not there is named", async () => {
    await using started = await startGateway(services.slice(0, 1));
    await expect(new IAMClient(settings(started.endpoint)).send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: "UnsupportedOperation",
      message: "Fleetless does not offer the service iam yet; it offers ecs.",
    });
    await expect(new S3Client(settings(started.endpoint)).send(new ListBucketsCommand({}))).rejects.toMatchObject({
      name: "NotImplemented",
      message: "Fleetless does not offer the service s3 yet; it offers ecs.",
    });
  });
});

describe("validation", () => {
  test("required members and enumerations", async () => {
    await using started = await startGateway(services);
    const ecs = new ECSClient(settings(started.endpoint));
    const input = { taskDefinition: undefined, launchType: "FARGATE" as const };
    await expect(ecs.send(new RunTaskCommand(input))).rejects.toMatchObject({
      name: "InvalidParameterException",
      message:
        "1 validation error detected: Value null at 'taskDefinition' failed to satisfy constraint: Member must not be null",
    });
    const wrong = JSON.parse('{"taskDefinition":"x","launchType":"MOON"}');
    await expect(ecs.send(new RunTaskCommand(wrong))).rejects.toThrow(
      "Value 'MOON' at 'launchType' failed to satisfy constraint: Member must satisfy enum value set: [EC2, EXTERNAL, FARGATE",
    );
  });

  test.each([
    ["throws", "InternalFailure"],
    ["unknown member", "InternalFailure"],
    ["wrong type", "InternalFailure"],
  ])("an output that %s is an internal error that gives nothing away", async (what, code) => {
    const logged: object[] = [];
    const logger: Logger = { ...silentLogger, error: (fields) => logged.push(fields), debug: () => undefined };
    await using started = await startGateway(services, { logger });
    const call = new ECSClient(settings(started.endpoint)).send(new DescribeTasksCommand({ tasks: [what] }));
    const thrown = await call.catch((error: unknown) => error);
    expect(thrown).toMatchObject({ name: code, $metadata: { httpStatusCode: 500 } });
    expect(String(thrown)).not.toContain("secret detail");
    expect(logged).toHaveLength(1);
    const requestId = Object.entries(logged[0] ?? {}).find(([name]) => name === "requestId")?.[1];
    expect(String(thrown)).toContain(String(requestId));
  });
});

test("the audit trail never sees what the model marks sensitive", async () => {
  await using started = await startGateway(services);
  await new IAMClient(settings(started.endpoint)).send(new CreateAccessKeyCommand({ UserName: "u" }));
  const role = { RoleArn: "arn:aws:iam::123456789012:role/r", RoleSessionName: "s", TokenCode: "123456" };
  await new STSClient(settings(started.endpoint)).send(new AssumeRoleCommand(role));
  expect(JSON.stringify(started.records)).not.toContain("very secret");
  expect(started.records[0]).toMatchObject({
    service: "iam",
    operation: "CreateAccessKey",
    readOnly: false,
    accessKeyId: credentials.accessKeyId,
    sourceAddress: "127.0.0.1",
    requestParameters: { UserName: "u" },
    responseElements: { AccessKey: { AccessKeyId: "AKIANEW", SecretAccessKey: "HIDDEN_DUE_TO_SECURITY_REASONS" } },
  });
  expect(started.records[1]?.responseElements).toMatchObject({ Credentials: { AccessKeyId: "A" } });
});

test("a body over the limit is refused, whether or not it says its length", async () => {
  await using started = await startGateway(services, { bodyLimit: 1000 });
  const logs = new CloudWatchLogsClient(settings(started.endpoint));
  const events = (message: string) => ({
    logGroupName: "g",
    logStreamName: "s",
    logEvents: [{ timestamp: 1, message }],
  });
  await expect(logs.send(new PutLogEventsCommand(events("short")))).resolves.toBeTruthy();
  await expect(logs.send(new PutLogEventsCommand(events("x".repeat(2000))))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 413 },
  });
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (let i = 0; i < 20; i += 1) controller.enqueue(new Uint8Array(100));
      controller.close();
    },
  });
  const init: RequestInit & { duplex: "half" } = { method: "POST", body: stream, duplex: "half" };
  expect((await fetch(started.endpoint, init)).status).toBe(413);
});

const listenOn = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });

test("a connection that was accepted elsewhere is served, and cut when the gateway closes", async () => {
  const started = await startGateway(services);
  const elsewhere = createServer((socket) => started.gateway.handleConnection(socket));
  const port = await listenOn(elsewhere);
  const client = new STSClient(settings(`http://127.0.0.1:${port}`));
  await expect(client.send(new GetCallerIdentityCommand({}))).resolves.toBeTruthy();
  const identityOf = (endpoint: string) =>
    new STSClient({ ...settings(endpoint), credentials: localCredentials }).send(new GetCallerIdentityCommand({}));
  await expect(identityOf(started.endpoint)).resolves.toBeTruthy();
  await expect(identityOf(`http://127.0.0.1:${port}`)).rejects.toThrow("security token");
  const idle = connect(port, "127.0.0.1");
  await new Promise((resolve) => idle.once("connect", resolve));
  const ended = new Promise((resolve) => idle.once("close", resolve));
  idle.resume();
  await started[Symbol.asyncDispose]();
  await ended;
  client.destroy();
  await new Promise((resolve) => elsewhere.close(resolve));
});
