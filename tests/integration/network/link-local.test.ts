import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { createServer, type Server } from "node:net";
import { silentLogger, systemClock } from "@fleetless/kernel";
import { decode, encode } from "dns-packet";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  createMetadataEndpoint,
  type ServedMetadataEndpoint,
} from "../../../packages/node-agent/src/metadata/metadata-endpoint.ts";
import { sampleContainer, sampleWorkload } from "../../../packages/node-agent/src/tasks/testing/sample-workload.ts";
import {
  type AttachedTask,
  allTraffic,
  execute,
  group,
  interfaceIn,
  NetworkFixture,
  reach,
  vpcWith,
} from "./fixture.ts";

const fixture = new NetworkFixture();
const open = group([allTraffic]);
const asked: string[] = [];
let upstream: DatagramSocket;
let streamUpstream: Server;
let metadata: ServedMetadataEndpoint;

const addresses = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: "many.example",
    type: "A" as const,
    ttl: 300,
    data: `192.0.2.${index + 1}`,
  }));

const answer = (query: Buffer): Buffer => {
  const { id, questions } = decode(query);
  const name = questions?.[0]?.name ?? "";
  asked.push(name);
  const answers = name === "many.example" ? addresses(60) : [{ name, type: "A" as const, ttl: 300, data: "192.0.2.1" }];
  return encode({ type: "response", id: id ?? 0, questions: questions ?? [], answers });
};

beforeAll(async () => {
  upstream = createSocket("udp4");
  await new Promise<void>((resolve) => upstream.bind(0, "127.0.0.1", resolve));
  upstream.on("message", (query, from) => {
    if (decode(query).questions?.[0]?.name !== "silent.example") upstream.send(answer(query), from.port, from.address);
  });
  streamUpstream = createServer((socket) => {
    socket.on("data", (chunk: Buffer) => {
      const sent = answer(chunk.subarray(2));
      socket.end(Buffer.concat([Buffer.from([sent.length >> 8, sent.length & 255]), sent]));
    });
  });
  const port = upstream.address().port;
  await new Promise<void>((resolve) => streamUpstream.listen(port, "127.0.0.1", resolve));
  await fixture.open({ upstreams: [{ address: "127.0.0.1", port }] });
  metadata = await createMetadataEndpoint({
    session: {
      taskProtection: async () => {
        throw new Error("Nobody asks for protection here.");
      },
      credentials: async (workload) => ({
        ok: true,
        value: {
          roleArn: "arn:aws:iam::123456789012:role/task",
          accessKeyId: "ASIAEXAMPLE",
          secretAccessKey: `secret of ${workload}`,
          sessionToken: "token",
          expiration: Date.now() + 3_600_000,
        },
      }),
    },
    runtime: { usage: async () => [], storageUsage: async () => ({ usedMiB: 1, reservedMiB: 20_480 }) },
    network: { faults: () => [], setFaults: async () => undefined, usage: (id) => fixture.network.usage(id) },
    clock: systemClock,
    logger: silentLogger,
    dataDirectory: fixture.directory,
    region: "us-east-1",
    apiEndpoint: "http://169.254.170.2:4566",
  });
  fixture.onMetadata = (socket, vpcId) => metadata.handleConnection(socket, vpcId);
});
afterAll(async () => {
  await metadata.close();
  await fixture.dispose();
  upstream.close();
  streamUpstream.close();
});

const lookUp = async (task: AttachedTask, name: string, server = "10.0.0.2"): Promise<string> =>
  (await execute(task, ["busybox", "timeout", "8", "busybox", "nslookup", name, server])).stdout;

const get = async (task: AttachedTask, url: string): Promise<{ readonly status: number; readonly body: unknown }> => {
  const { stdout } = await execute(task, ["curl", "-s", "-m", "5", "-w", "\n%{http_code}", url]);
  const lines = stdout.split("\n");
  return { status: Number(lines.at(-1)), body: JSON.parse(lines.slice(0, -1).join("\n") || "null") };
};

it("answers private names both ways, on both addresses, over UDP and TCP", async () => {
  const vpc = vpcWith([open]);
  const elsewhere = vpcWith([open], "eu-west-1");
  await fixture.network.apply([vpc, elsewhere]);
  const task = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const other = await fixture.attach(interfaceIn(elsewhere, "10.0.1.10", [open]));
  expect(await lookUp(task, "ip-10-0-1-2.ec2.internal")).toContain("10.0.1.2");
  expect(await lookUp(task, "10.0.1.2", "169.254.169.253")).toContain("ip-10-0-1-2.ec2.internal");
  expect(await lookUp(other, "ip-10-0-1-2.eu-west-1.compute.internal")).toContain("10.0.1.2");
  expect(await lookUp(task, "ip-192-0-2-9.ec2.internal")).toContain("NXDOMAIN");
});

it("asks the machine's resolvers for the rest, once while the answer lives", async () => {
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const task = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  expect(await lookUp(task, "www.example")).toContain("192.0.2.1");
  expect(await lookUp(task, "WWW.example")).toContain("192.0.2.1");
  // nslookup asks for A and AAAA; each question goes up once.
  expect(asked.filter((name) => name.toLowerCase() === "www.example").length).toBeLessThanOrEqual(2);
  expect(asked).not.toContain("ip-10-0-1-2.ec2.internal");
});

it("cuts what does not fit a datagram, gives all of it over TCP, and survives garbage", async () => {
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const task = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const query = encode({ type: "query", id: 7, flags: 0x100, questions: [{ name: "many.example", type: "A" }] });
  const framed = Buffer.concat([Buffer.from([0, query.length]), query]);
  const send = async (how: string, bytes: Buffer): Promise<Buffer> => {
    const script = `exec 3<>/dev/${how}/10.0.0.2/53; printf '${[...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}' >&3; busybox timeout 1 busybox dd bs=4096 count=1 <&3 2>/dev/null | busybox base64 -w 0`;
    return Buffer.from((await execute(task, ["bash", "-c", script])).stdout, "base64");
  };
  await send("udp", Buffer.from([1, 2, 3]));
  await send("udp", Buffer.alloc(40, 0xff));
  await send("tcp", Buffer.from([0xff, 0xff, 1, 2, 3]));
  const cut = decode(await send("udp", query));
  expect([cut.flag_tc, cut.answers?.length]).toEqual([true, 0]);
  const whole = decode((await send("tcp", framed)).subarray(2));
  expect([whole.flag_tc, whole.answers?.length, whole.id]).toEqual([false, 60, 7]);
  expect(await reach(task, "10.0.0.2", 53)).toBeDefined();
});

it("tells a task of itself and no one else", async () => {
  const vpc = vpcWith([open]);
  const namesakes = vpcWith([open]);
  await fixture.network.apply([vpc, namesakes]);
  const own = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const other = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [open]));
  const namesake = await fixture.attach(interfaceIn(namesakes, "10.0.1.10", [open]));
  const workload = sampleWorkload({
    id: own.workloadId,
    networkInterface: own.spec,
    taskRoleArn: "arn:aws:iam::123456789012:role/task",
    containers: [sampleContainer("app")],
  });
  metadata.update({
    workload,
    attached: own.attached,
    images: new Map(),
    status: {
      id: workload.id,
      nodeId: (await import("@fleetless/kernel")).nodeId("node-1"),
      observedRevision: 1,
      sequence: 1,
      phase: "RUNNING",
      attachmentStatus: "ATTACHED",
      healthStatus: "UNKNOWN",
      times: {},
      timeline: [],
      containers: [{ name: "app", status: "RUNNING", healthStatus: "UNKNOWN", restartCount: 0, runtimeId: "app-1" }],
    },
  });
  const environment = metadata.environment(workload, "app");
  const task = `${environment.ECS_CONTAINER_METADATA_URI_V4}/task`;
  const credentials = `http://169.254.170.2${environment.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}`;
  expect(await get(own, task)).toMatchObject({ status: 200, body: { TaskARN: workload.arn, KnownStatus: "RUNNING" } });
  expect(await get(own, credentials)).toMatchObject({
    status: 200,
    body: { AccessKeyId: "ASIAEXAMPLE", SecretAccessKey: `secret of ${workload.id}` },
  });
  for (const stranger of [other, namesake]) {
    expect(await get(stranger, credentials)).toEqual({
      status: 400,
      body: { code: "InvalidIdInRequest", message: "CredentialsV2Request: ID not found" },
    });
    expect((await get(stranger, task)).status).toBe(404);
  }
  expect((await get(own, "http://169.254.170.2/v2/credentials")).status).toBe(400);
  expect((await get(own, "http://169.254.170.2/latest/meta-data")).status).toBe(404);
  metadata.forget(workload.id);
  expect((await get(own, credentials)).status).toBe(400);
  expect(await reach(own, "169.254.170.2", 4566)).toBe("api");
  expect(fixture.connections.some(({ kind, vpcId }) => kind === "api" && vpcId === vpc.id)).toBe(true);
});
