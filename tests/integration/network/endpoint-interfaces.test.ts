import {
  type ApiConnection,
  networkInterfaceId,
  type SecurityGroupSpec,
  subnetId,
  type VpcEndpointSpec,
  type VpcSpec,
} from "@fleetless/kernel";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { networkNames } from "../../../packages/node-agent/src/network/names.ts";
import { listNamespaces } from "../../../packages/node-agent/src/network/namespace.ts";
import { type AttachedTask, allTraffic, group, interfaceIn, NetworkFixture, reach, tcp, vpcWith } from "./fixture.ts";

const fixture = new NetworkFixture();
const tasks = group([], [allTraffic]);
const lettingIn = group([tcp(80)]);
const shut = group([]);
const address = "10.0.2.77";
const seen: { readonly connection: ApiConnection; readonly from: string }[] = [];
let task: AttachedTask;
let plain: VpcSpec;

/** The VPC with an endpoint for logs whose interface, in another subnet than the task, is in a group. */
const withEndpoint = (of: SecurityGroupSpec): VpcSpec => {
  const id = networkInterfaceId("eni-0endpoint");
  const place = { id, subnetId: subnetId("subnet-closed"), privateAddress: address };
  const endpoint: VpcEndpointSpec = {
    id: "vpce-1",
    kind: "interface",
    serviceName: "com.amazonaws.us-east-1.logs",
    policy: "{}",
    privateDnsNames: [],
    dnsNames: [],
    interfaces: [place],
  };
  const member = { ...place, macAddress: "02:00:00:00:00:77", securityGroupIds: [of.id] };
  return { ...plain, endpoints: [endpoint], interfaces: [...plain.interfaces, member] };
};

const answers = (port: number) => reach(task, address, port);
const namespaces = async () => (await listNamespaces(networkNames(fixture.instance).taskNamespacePrefix)).length;

beforeAll(async () => {
  await fixture.open({
    poolSize: 0,
    onApiConnection: (socket, connection) => {
      seen.push({ connection, from: socket.remoteAddress ?? "" });
      socket.end("api\n");
    },
  });
  plain = vpcWith([tasks, lettingIn, shut]);
  await fixture.network.apply([plain]);
  task = await fixture.attach(interfaceIn(plain, "10.0.1.10", [tasks]));
});

afterAll(() => fixture.dispose());

it("an endpoint's interface answers whom its groups let in, for its service only", async () => {
  expect(await answers(80)).toBeUndefined();
  await fixture.network.apply([withEndpoint(lettingIn)]);
  await vi.waitFor(async () => expect(await answers(80)).toBe("api"), { timeout: 20_000 });
  expect(await answers(4566)).toBeUndefined();
  const { connection, from } = seen.at(-1) ?? {};
  expect(from).toBe("10.0.1.10");
  expect(connection?.passage("logs", "us-east-1")).toEqual({
    kind: "endpoint",
    endpointId: "vpce-1",
    vpcId: plain.id,
    sourceAddress: "10.0.1.10",
    policy: "{}",
  });
  for (const [service, region] of [
    ["kms", "us-east-1"],
    ["logs", "eu-west-1"],
  ] as const) {
    expect(connection?.passage(service, region)).toEqual({
      kind: "refused",
      because: "vpce-1 leads to com.amazonaws.us-east-1.logs only",
    });
  }
});

it("another group takes effect on what is there", async () => {
  await fixture.network.apply([withEndpoint(shut)]);
  expect(await answers(80)).toBeUndefined();
  await fixture.network.apply([withEndpoint(lettingIn)]);
  expect(await answers(80)).toBe("api");
});

it("it is there again after the agent is, and gone with the endpoint", async () => {
  await fixture.restart();
  await fixture.network.apply([withEndpoint(lettingIn)]);
  await vi.waitFor(async () => expect(await answers(80)).toBe("api"), { timeout: 20_000 });
  await vi.waitFor(async () => expect(await namespaces()).toBe(2), { timeout: 20_000 });
  await fixture.network.apply([plain]);
  await vi.waitFor(async () => expect(await namespaces()).toBe(1), { timeout: 20_000 });
  expect(await answers(80)).toBeUndefined();
});

it("a VPC goes with its endpoints once no task needs it", async () => {
  await fixture.network.apply([withEndpoint(lettingIn)]);
  await vi.waitFor(async () => expect(await answers(80)).toBe("api"), { timeout: 20_000 });
  await fixture.network.apply([]);
  await fixture.network.detach(task.workloadId);
  expect(await namespaces()).toBe(0);
  expect(await listNamespaces(networkNames(fixture.instance).vpcNamespacePrefix)).toEqual([]);
});
