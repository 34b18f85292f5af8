import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock, type RoleCredentials, type SessionResult, silentLogger, type Workload } from "@fleetless/kernel";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sampleContainer, sampleWorkload } from "../tasks/testing/sample-workload.ts";
import { createMetadataEndpoint, type ServedMetadataEndpoint } from "./metadata-endpoint.ts";
import { containerUsage, interfaceUsage, runningStatus } from "./testing/sample-readings.ts";

const hour = 3_600_000;
let directory: string;
let clock: ManualClock;
let server: Server;
let endpoint: ServedMetadataEndpoint;
let refuse = false;
let issued = 0;
let cpu = 1_000_000_000;
let received = 1_000;

const credentials = async (): Promise<SessionResult<RoleCredentials>> => {
  if (refuse) return { ok: false, refusal: { code: "AccessDenied", message: "no", retryable: true } };
  issued += 1;
  return {
    ok: true,
    value: {
      roleArn: "arn:aws:iam::123456789012:role/task",
      accessKeyId: `ASIA${issued}`,
      secretAccessKey: "secret",
      sessionToken: "token",
      expiration: clock.now() + hour,
    },
  };
};
const taskProtection = async (): Promise<never> => {
  throw new Error("Nobody asks for protection here.");
};
const open = async (): Promise<void> => {
  endpoint = await createMetadataEndpoint({
    session: { credentials, taskProtection },
    runtime: {
      usage: async () => [containerUsage(cpu)],
      storageUsage: async () => ({ usedMiB: 261, reservedMiB: 20_496 }),
    },
    network: { faults: () => [], setFaults: async () => undefined, usage: async () => interfaceUsage(received) },
    clock,
    logger: silentLogger,
    dataDirectory: directory,
    region: "us-east-1",
    apiEndpoint: "http://169.254.170.2:4566",
  });
};

const workload = (rest: Partial<Workload> = {}): Workload => {
  const made = sampleWorkload({ taskRoleArn: "arn:aws:iam::123456789012:role/task", ...rest });
  return { ...made, networkInterface: { ...made.networkInterface, privateAddress: "127.0.0.1" } };
};

const show = (of: Workload): void =>
  endpoint.update({
    workload: of,
    status: runningStatus(of, clock.now()),
    images: new Map(),
    attached: {
      networkNamespacePath: "/run/netns/none",
      gatewayAddress: "10.0.1.1",
      nameservers: ["10.0.0.2"],
      searchDomains: ["ec2.internal"],
    },
  });

/** Without an IPv4 address: it calls from a link-local one. */
const ipv6Only = (): Workload => {
  const made = workload({ containers: [sampleContainer("app")] });
  const { privateAddress: _address, subnetCidr: _cidr, privateDnsName: _name, ...rest } = made.networkInterface;
  return { ...made, networkInterface: { ...rest, ipv6Address: "fd00:1::5", ipv6SubnetCidr: "fd00:1::/64" } };
};

/** A whole HTTP exchange over one connection that the data plane would bring. */
const ask = (
  of: Workload,
  path: string,
  method = "GET",
): Promise<{ readonly status: number; readonly body: unknown; readonly head: string }> =>
  new Promise((resolve, reject) => {
    server = createServer((socket) => endpoint.handleConnection(socket, of.networkInterface.vpcId));
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") return reject(new Error("no port"));
      const socket = connect(address.port, "127.0.0.1");
      let text = "";
      socket.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      socket.on("error", reject);
      socket.on("close", () => {
        server.close();
        const [head = "", body = ""] = text.split("\r\n\r\n");
        resolve({ status: Number(head.split(" ")[1]), head, body: body === "" ? undefined : JSON.parse(body) });
      });
      socket.write(`${method} ${path} HTTP/1.1\r\nhost: 169.254.170.2\r\nconnection: close\r\n\r\n`);
    });
  });

const pathOf = (of: Workload, name: "ECS_CONTAINER_METADATA_URI_V4" | "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") =>
  (endpoint.environment(of, "app")[name] ?? "").replace("http://169.254.170.2", "");

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fleetless-metadata-"));
  clock = new ManualClock();
  refuse = false;
  issued = 0;
  await open();
});
afterEach(async () => {
  await endpoint.close();
  await rm(directory, { recursive: true, force: true });
});

it("knows a task of IPv6 alone by its link-local address, and tells it nothing of IPv4", async () => {
  const task = ipv6Only();
  endpoint.update({
    workload: task,
    status: runningStatus(task, clock.now()),
    images: new Map(),
    attached: {
      networkNamespacePath: "/run/netns/none",
      gatewayAddress: "fe80::1",
      linkLocalAddress: "127.0.0.1",
      nameservers: ["fd00:ec2::253"],
      searchDomains: ["ec2.internal"],
    },
  });
  expect(await ask(task, pathOf(task, "ECS_CONTAINER_METADATA_URI_V4"))).toMatchObject({
    status: 200,
    body: {
      Networks: [
        {
          NetworkMode: "awsvpc",
          IPv6Addresses: ["fd00:1::5"],
          AttachmentIndex: 0,
          MACAddress: task.networkInterface.macAddress,
          IPv6SubnetCIDRBlock: "fd00:1::/64",
          DomainNameServers: ["fd00:ec2::253"],
          DomainNameSearchList: ["ec2.internal"],
          SubnetGatewayIPV6Address: "fe80::1/64",
        },
      ],
    },
  });
  const { body } = await ask(task, pathOf(task, "ECS_CONTAINER_METADATA_URI_V4"));
  expect(JSON.stringify(body)).not.toMatch(/IPv4|PrivateDNSName/);
  expect((await ask(task, pathOf(task, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"))).status).toBe(200);
});

it("gives a container what an unmodified SDK needs, with ids that outlive the agent", async () => {
  const task = workload();
  const environment = endpoint.environment(task, "app");
  expect(environment).toEqual({
    ECS_AGENT_URI: expect.stringMatching(/^http:\/\/169\.254\.170\.2\/api\/[0-9a-f]{64}$/),
    ECS_CONTAINER_METADATA_URI_V4: expect.stringMatching(/^http:\/\/169\.254\.170\.2\/v4\/[0-9a-f]{64}$/),
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: expect.stringMatching(/^\/v2\/credentials\/[0-9a-f]{64}$/),
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
    AWS_ENDPOINT_URL: "http://169.254.170.2:4566",
  });
  const { taskRoleArn: _, ...roleless } = task;
  expect(endpoint.environment(roleless, "app")).not.toHaveProperty("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  await open();
  expect(endpoint.environment(task, "app")).toEqual(environment);
});

it("shows the container, the task and the task's tags", async () => {
  const task = workload({ containers: [sampleContainer("app", { memoryMiB: 128, cpuUnits: 10 })] });
  show(task);
  const base = pathOf(task, "ECS_CONTAINER_METADATA_URI_V4");
  expect((await ask(task, base)).body).toMatchObject({
    DockerId: `${task.id}-0123456789`,
    Name: "app",
    KnownStatus: "RUNNING",
    Limits: { CPU: 10, Memory: 128 },
    Networks: [
      {
        NetworkMode: "awsvpc",
        IPv4Addresses: ["127.0.0.1"],
        MACAddress: task.networkInterface.macAddress,
        SubnetGatewayIpv4Address: expect.stringMatching(/^10\.0\.1\.1\/\d+$/),
      },
    ],
  });
  const whole = await ask(task, `${base}/task`);
  expect(whole.body).toMatchObject({
    TaskARN: task.arn,
    Revision: task.metadata.revision,
    KnownStatus: "RUNNING",
    Limits: { CPU: task.size.cpuUnits / 1024, Memory: task.size.memoryMiB },
    EphemeralStorageMetrics: { Utilized: 261, Reserved: 20_496 },
    PullStartedAt: "2026-01-01T00:00:00.000Z",
    Containers: [{ Name: "app" }],
  });
  expect(whole.body).not.toHaveProperty("TaskTags");
  expect((await ask(task, `${base}/taskWithTags`)).body).toMatchObject({ TaskTags: task.metadata.tags });
});

it("shows two readings of the real counters, a second apart", async () => {
  const task = workload({ containers: [sampleContainer("app"), sampleContainer("waiting")] });
  show(task);
  const base = pathOf(task, "ECS_CONTAINER_METADATA_URI_V4");
  expect((await ask(task, `${base}/stats`)).body).toMatchObject({ preread: "0001-01-01T00:00:00Z" });
  cpu += 500_000_000;
  received += 3_000;
  expect((await ask(task, `${base}/stats`)).body).toMatchObject({ cpu_stats: { cpu_usage: { total_usage: 1e9 } } });
  clock.advance(2_000);
  expect((await ask(task, `${base}/task/stats`)).body).toMatchObject({
    [`${task.id}-0123456789`]: {
      preread: "2026-01-01T00:00:00.000Z",
      read: "2026-01-01T00:00:02.000Z",
      cpu_stats: { cpu_usage: { total_usage: 1_500_000_000 }, online_cpus: expect.any(Number) },
      precpu_stats: { cpu_usage: { total_usage: 1_000_000_000 } },
      memory_stats: { usage: 2_048, max_usage: 4_096, limit: 8_192, stats: { cache: 512 } },
      pids_stats: { current: 3 },
      networks: { eth0: { rx_bytes: 4_000, tx_bytes: 500 } },
      network_rate_stats: { rx_bytes_per_sec: 1_500, tx_bytes_per_sec: 0 },
    },
  });
});

it("renews credentials at half of their life, and lives on the last ones while it cannot", async () => {
  const task = workload();
  show(task);
  const path = pathOf(task, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  expect((await ask(task, path)).body).toEqual({
    RoleArn: "arn:aws:iam::123456789012:role/task",
    AccessKeyId: "ASIA1",
    SecretAccessKey: "secret",
    Token: "token",
    Expiration: "2026-01-01T01:00:00Z",
  });
  clock.advance(hour / 2 - 1);
  expect((await ask(task, path)).body).toMatchObject({ AccessKeyId: "ASIA1" });
  refuse = true;
  clock.advance(hour / 4);
  expect((await ask(task, path)).body).toMatchObject({ AccessKeyId: "ASIA1" });
  refuse = false;
  expect((await ask(task, path)).body).toMatchObject({ AccessKeyId: "ASIA2" });
  refuse = true;
  clock.advance(2 * hour);
  expect(await ask(task, path)).toMatchObject({ status: 503, body: { code: "CredentialsUninitialized" } });
});

it("refuses what it must, in ECS's shape", async () => {
  const task = workload();
  const other = workload({ id: sampleWorkload().id });
  show(task);
  const path = pathOf(task, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  expect(await ask(task, "/v2/credentials/")).toMatchObject({ status: 400, body: { code: "NoIdInRequest" } });
  const unknown = { status: 400, body: { code: "InvalidIdInRequest" } };
  expect(await ask(task, "/v2/credentials/0")).toMatchObject(unknown);
  expect(await ask(task, pathOf(other, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"))).toMatchObject(unknown);
  expect((await ask(task, pathOf(other, "ECS_CONTAINER_METADATA_URI_V4"))).status).toBe(404);
  expect((await ask(task, `${pathOf(task, "ECS_CONTAINER_METADATA_URI_V4")}/nothing`)).status).toBe(404);
  expect((await ask(task, "/")).status).toBe(404);
  const put = await ask(task, path, "PUT");
  expect([put.status, put.head.includes("allow: GET")]).toEqual([405, true]);
  endpoint.forget(task.id);
  expect(await ask(task, path)).toMatchObject(unknown);
  expect(issued).toBe(0);
});

it("throttles a task at 60 requests at once and 40 a second", async () => {
  const task = workload();
  show(task);
  const statuses: number[] = [];
  for (let index = 0; index < 62; index += 1) statuses.push((await ask(task, "/")).status);
  expect(statuses.filter((each) => each === 404).length).toBe(60);
  expect(statuses.slice(60)).toEqual([429, 429]);
  clock.advance(100);
  statuses.length = 0;
  for (let index = 0; index < 6; index += 1) statuses.push((await ask(task, "/")).status);
  expect(statuses).toEqual([404, 404, 404, 404, 429, 429]);
});
