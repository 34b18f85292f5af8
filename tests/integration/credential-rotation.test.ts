import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type ControlPlane, openControlPlane, rootKeyFile } from "@fleetless/control-plane";
import {
  accountId,
  ManualClock,
  nodeId,
  region,
  silentLogger,
  type Workload,
  type WorkloadStatus,
} from "@fleetless/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createMetadataEndpoint,
  type ServedMetadataEndpoint,
} from "../../packages/node-agent/src/metadata/metadata-endpoint.ts";

// The credentials endpoint of an agent on a whole control plane, with the one thing that a test cannot wait for:
// time. What the endpoint hands out is used through AWS's own SDK.

const hour = 3_600_000;
const node = nodeId("rotation");
const clock = new ManualClock(Date.now());
let directory: string;
let controlPlane: ControlPlane;
let endpoint: ServedMetadataEndpoint;
let server: Server;
let workload: Workload;
let settings: { readonly endpoint: string; readonly region: string; readonly maxAttempts: number };

interface Credentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  readonly Expiration: string;
}

/** The clients' clock follows the control plane's. */
const clientSettings = (accessKeyId: string, secretAccessKey: string, sessionToken?: string) => ({
  ...settings,
  systemClockOffset: clock.now() - Date.now(),
  credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
});

const startTask = async (): Promise<Workload> => {
  const root = clientSettings("test", "test");
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
  });
  const iam = new IAMClient(root);
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: "worker", AssumeRolePolicyDocument }));
  const ecs = new ECSClient(root);
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "rotation",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      taskRoleArn: Role?.Arn,
      containerDefinitions: [{ name: "main", image: "none" }],
    }),
  );
  const { Subnets } = await new EC2Client(root).send(new DescribeSubnetsCommand({}));
  const subnets = (Subnets ?? []).flatMap(({ SubnetId }) => SubnetId ?? []);
  const { tasks } = await ecs.send(
    new RunTaskCommand({
      taskDefinition: taskDefinition?.taskDefinitionArn,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets } },
    }),
  );
  const { workloads } = await controlPlane.session.desired(node, undefined, AbortSignal.timeout(5_000));
  const found = workloads.find(({ arn }) => arn === tasks?.[0]?.taskArn);
  if (found === undefined) throw new Error("The task was not given to the node.");
  return { ...found, networkInterface: { ...found.networkInterface, privateAddress: "127.0.0.1" } };
};

const statusOf = (phase: WorkloadStatus["phase"], sequence: number): WorkloadStatus => ({
  id: workload.id,
  nodeId: node,
  observedRevision: workload.revision,
  sequence,
  phase,
  attachmentStatus: "ATTACHED",
  healthStatus: "UNKNOWN",
  times: {},
  timeline: [],
  containers: [],
});

/** As a container asks for them. */
const askForCredentials = (): Promise<Credentials> =>
  new Promise((resolve, reject) => {
    const address = server.address();
    const path = endpoint.environment(workload, "main").AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
    if (address === null || typeof address === "string") throw new Error("The endpoint has no port.");
    const socket = connect(address.port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(JSON.parse(text.split("\r\n\r\n")[1] ?? "")));
    socket.write(`GET ${path} HTTP/1.1\r\nhost: 169.254.170.2\r\nconnection: close\r\n\r\n`);
  });

const use = async ({ AccessKeyId, SecretAccessKey, Token }: Credentials): Promise<string | undefined> => {
  const sts = new STSClient(clientSettings(AccessKeyId, SecretAccessKey, Token));
  return (await sts.send(new GetCallerIdentityCommand({}))).Arn;
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "fleetless-rotation-"));
  controlPlane = await openControlPlane({
    dataDirectory: directory,
    rootKey: rootKeyFile(join(directory, "root.key"), true),
    accountId: accountId("123456789012"),
    region: region("us-east-1"),
    publicCidr: "198.51.100.0/28",
    isolation: "runc",
    acceptWellKnownLocalKey: true,
    clock,
    logger: silentLogger,
  });
  const { port } = await controlPlane.gateway.listen("127.0.0.1", 0);
  settings = { endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", maxAttempts: 1 };
  await controlPlane.session.register({
    id: node,
    hostname: "rotation",
    cpuUnits: 4096,
    memoryMiB: 8192,
    storageGiB: 100,
    architecture: "X86_64",
    isolations: ["runc"],
  });
  await controlPlane.session.heartbeat(node);
  workload = await startTask();
  endpoint = await createMetadataEndpoint({
    session: controlPlane.session,
    runtime: { usage: async () => [], storageUsage: async () => ({ usedMiB: 0, reservedMiB: 0 }) },
    network: {
      faults: () => [],
      setFaults: async () => undefined,
      usage: async () => {
        throw new Error("Nobody asks for statistics here.");
      },
    },
    clock,
    logger: silentLogger,
    dataDirectory: directory,
    region: "us-east-1",
    apiEndpoint: settings.endpoint,
  });
  endpoint.update({
    workload,
    status: statusOf("RUNNING", 1),
    images: new Map(),
    attached: {
      networkNamespacePath: "",
      gatewayAddress: "",
      nameservers: [],
      searchDomains: [],
    },
  });
  server = createServer((socket) => endpoint.handleConnection(socket, workload.networkInterface.vpcId));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
});

afterAll(async () => {
  server.close();
  await endpoint.close();
  await controlPlane.close();
  await rm(directory, { recursive: true, force: true });
});

test("there are new keys long before the old ones expire, the old ones are good until then, and none outlives the task", async () => {
  const me = `arn:aws:sts::123456789012:assumed-role/worker/${workload.id}`;
  const first = await askForCredentials();
  expect(await use(first)).toBe(me);
  expect(await askForCredentials()).toEqual(first);
  const lifetime = Date.parse(first.Expiration) - clock.now();

  clock.advance(lifetime / 2 + 1_000);
  const second = await askForCredentials();
  expect(second.AccessKeyId).not.toBe(first.AccessKeyId);
  expect(Date.parse(second.Expiration) - clock.now()).toBeGreaterThan(lifetime - hour);
  expect([await use(first), await use(second)]).toEqual([me, me]);

  clock.advance(lifetime / 2);
  await expect(use(first)).rejects.toMatchObject({ name: "ExpiredToken" });
  const third = await askForCredentials();
  expect([await use(second), await use(third)]).toEqual([me, me]);

  await controlPlane.session.report(node, [statusOf("STOPPED", 2)]);
  for (const keys of [second, third]) {
    await expect(use(keys)).rejects.toMatchObject({ name: "InvalidClientTokenId" });
  }
});
