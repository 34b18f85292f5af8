import process from "node:process";
import { defaultFlowLogFormat } from "@fleetless/engine";
import type { FlowLogSpec, FlowRecord, FlowRecordDelivery, SecurityGroupSpec, VpcSpec } from "@fleetless/kernel";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { networkNames } from "../../../packages/node-agent/src/network/names.ts";
import {
  type AttachedTask,
  allTraffic,
  dualStackVpcWith,
  execute,
  group,
  interfaceIn,
  NetworkFixture,
  vpcWith,
} from "./fixture.ts";

const deliveries: FlowRecordDelivery[] = [];
const fixture = new NetworkFixture();
beforeAll(async () => {
  await fixture.open({
    deliverFlowRecords: async (delivery) => {
      deliveries.push(delivery);
      return { ok: true, value: undefined };
    },
  });
});
beforeEach(() => {
  deliveries.length = 0;
});
afterAll(() => fixture.dispose());

const flowLog = (vpc: VpcSpec, rest: Partial<FlowLogSpec> = {}): FlowLogSpec => ({
  id: "fl-1",
  resourceId: vpc.id,
  traffic: "ALL",
  aggregationSeconds: 600,
  format: defaultFlowLogFormat,
  ...rest,
});

/** Sends so many datagrams of `size` bytes from one port of the task's to each of the ports. */
const datagrams = `
const [address, first, last, count, size] = process.argv.slice(1);
const socket = require("node:dgram").createSocket(address.includes(":") ? "udp6" : "udp4");
socket.on("error", () => undefined);
socket.bind(5000, async () => {
  for (let port = Number(first); port <= Number(last); port++) {
    for (let n = 0; n < Number(count); n++) {
      await new Promise((sent) => socket.send(Buffer.alloc(Number(size)), port, address, sent));
    }
  }
  socket.close();
});
`;
const send = async (
  task: AttachedTask,
  address: string,
  [first, last]: readonly [number, number],
  count: number,
  size = 100,
): Promise<void> => {
  const command = [process.execPath, "-e", datagrams, address, ...[first, last, count, size].map(String)];
  const { exitCode, stderr } = await execute(task, command);
  expect([exitCode, stderr]).toEqual([0, ""]);
};

const deliveriesOf = (task: AttachedTask, flowLogId = "fl-1"): readonly FlowRecordDelivery[] =>
  deliveries.filter((each) => each.networkInterfaceId === task.spec.id && each.flowLogId === flowLogId);
const flowsOf = (task: AttachedTask, flowLogId?: string): readonly FlowRecord[] =>
  deliveriesOf(task, flowLogId).flatMap(({ flows }) => flows);

/** Packets and bytes that were told of datagrams to the ports from 7 to 9. */
const sumOf = (task: AttachedTask, flowLogId?: string) => {
  const flows = flowsOf(task, flowLogId).filter(
    ({ protocol, destinationPort }) => protocol === 17 && destinationPort >= 7 && destinationPort <= 9,
  );
  return [flows.reduce((sum, { packets }) => sum + packets, 0), flows.reduce((sum, { bytes }) => sum + bytes, 0)];
};

/** Until every task that is named has told something. */
const told = (...tasks: readonly AttachedTask[]) =>
  expect
    .poll(() => tasks.every(({ spec }) => deliveries.some((each) => each.networkInterfaceId === spec.id)), {
      timeout: 30_000,
    })
    .toBe(true);

const udp = (
  direction: FlowRecord["direction"],
  action: FlowRecord["action"],
  [source, destination]: readonly [AttachedTask, AttachedTask],
  destinationPort: number,
  packets: number,
  bytes: number,
): FlowRecord => ({
  direction,
  action,
  sourceAddress: source.address,
  destinationAddress: destination.address,
  sourcePort: 5000,
  destinationPort,
  protocol: 17,
  packets,
  bytes,
  tcpFlags: 0,
});

const udpPort = (port: number) => ({ ...allTraffic, protocol: "udp", fromPort: port, toPort: port });

it("counts each packet and byte at both ends, with what the groups of either refuse", async () => {
  const clientGroup = group([], [udpPort(7), udpPort(8)]);
  const serverGroup = group([udpPort(7)]);
  const bare = vpcWith([clientGroup, serverGroup]);
  const vpc = { ...bare, flowLogs: [flowLog(bare)] };
  await fixture.network.apply([vpc]);
  const client = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [clientGroup]));
  const server = await fixture.attach(interfaceIn(vpc, "10.0.2.10", [serverGroup]));
  // Taken in by the server's group, refused by it, refused by the client's own.
  await send(client, server.address, [7, 9], 25);
  await fixture.network.detach(client.workloadId);
  await fixture.network.detach(server.workloadId);
  await told(client, server);
  const there = [client, server] as const;
  const byPort = (one: FlowRecord, other: FlowRecord) => one.destinationPort - other.destinationPort;
  const datagramsOf = (task: AttachedTask) => flowsOf(task).filter(({ protocol }) => protocol === 17);
  expect(datagramsOf(client).toSorted(byPort)).toEqual([
    udp("egress", "ACCEPT", there, 7, 25, 25 * 128),
    udp("egress", "ACCEPT", there, 8, 25, 25 * 128),
    udp("egress", "REJECT", there, 9, 25, 25 * 128),
  ]);
  expect(datagramsOf(server).toSorted(byPort)).toEqual([
    udp("ingress", "ACCEPT", there, 7, 25, 25 * 128),
    udp("ingress", "REJECT", there, 8, 25, 25 * 128),
  ]);
});

const pair = async (flowLogs: (vpc: VpcSpec) => readonly FlowLogSpec[], make = vpcWith) => {
  const open = group(
    [allTraffic, { ...allTraffic, peer: { kind: "cidr", cidr: "::/0" } }],
    [allTraffic, { ...allTraffic, peer: { kind: "cidr", cidr: "::/0" } }],
  );
  const bare = make([open]);
  const vpc = { ...bare, flowLogs: flowLogs(bare) };
  await fixture.network.apply([vpc]);
  const client = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const server = await fixture.attach(interfaceIn(vpc, "10.0.2.10", [open]));
  return { vpc, open, client, server, apply: (next: Partial<VpcSpec>) => fixture.network.apply([{ ...vpc, ...next }]) };
};

/** The second subnet's ACL denies datagrams to port 7 on the way in and to port 8 on the way out. */
const guardedVpcWith = (groups: readonly SecurityGroupSpec[]): VpcSpec => {
  const vpc = dualStackVpcWith(groups);
  const [open] = vpc.networkAcls;
  if (open === undefined) throw new Error("no network ACL");
  const denial = (port: number) =>
    ({ ruleNumber: 1, action: "deny", protocol: "17", cidr: "0.0.0.0/0", fromPort: port, toPort: port }) as const;
  const guard = { id: "acl-2", ingress: [denial(7), ...open.ingress], egress: [denial(8), ...open.egress] };
  return {
    ...vpc,
    networkAcls: [open, guard],
    subnets: vpc.subnets.map((each) => (each.cidr === "10.0.2.0/24" ? { ...each, networkAclId: guard.id } : each)),
  };
};

/** Runs nft in the VPC's namespace. */
const nft = (vpc: VpcSpec, parameters: readonly string[], script?: string) => {
  const namespace = networkNames(fixture.instance).vpcNamespace(vpc.id);
  return execute(undefined, [`--net=/run/netns/${namespace}`, "nft", ...parameters], script);
};

const gone = async (...tasks: readonly AttachedTask[]): Promise<void> => {
  for (const { workloadId } of tasks) await fixture.network.detach(workloadId);
  await told(...tasks);
};

it("counts what ACLs deny where they deny it, flags of TCP, protocols without ports and IPv6", async () => {
  const { client, server } = await pair((vpc) => [flowLog(vpc, { format: "tcp-flags" })], guardedVpcWith);
  await send(client, server.address, [7, 7], 3);
  await send(server, client.address, [8, 8], 4);
  await execute(client, ["busybox", "ping", "-c", "2", "-s", "100", "-W", "2", server.address]);
  await execute(client, ["busybox", "nc", "-w", "2", server.address, "81"]);
  await send(client, server.ipv6Address, [9, 9], 5);
  await gone(client, server);
  const [there, back] = [[client, server] as const, [server, client] as const];
  const datagramsTo = (task: AttachedTask, port: number) =>
    flowsOf(task).filter((flow) => flow.protocol === 17 && flow.destinationPort === port);
  expect(datagramsTo(client, 7)).toEqual([udp("egress", "ACCEPT", there, 7, 3, 3 * 128)]);
  expect(datagramsTo(server, 7)).toEqual([udp("ingress", "REJECT", there, 7, 3, 3 * 128)]);
  expect(datagramsTo(server, 8)).toEqual([udp("egress", "REJECT", back, 8, 4, 4 * 128)]);
  expect(datagramsTo(client, 8)).toEqual([]);
  const six = {
    ...udp("egress", "ACCEPT", there, 9, 5, 5 * 148),
    sourceAddress: client.ipv6Address,
    destinationAddress: server.ipv6Address,
  };
  expect(datagramsTo(client, 9)).toEqual([six]);
  expect(datagramsTo(server, 9)).toEqual([{ ...six, direction: "ingress" }]);
  const echoes = flowsOf(client).filter((flow) => flow.protocol === 1 && flow.packets === 2);
  expect(echoes.map(({ direction, sourcePort, bytes }) => [direction, sourcePort, bytes]).toSorted()).toEqual([
    ["egress", 0, 256],
    ["ingress", 0, 256],
  ]);
  // A port that nobody listens on: SYN there, RST with ACK back.
  const segments = flowsOf(server).filter(({ protocol }) => protocol === 6);
  expect(segments.map(({ direction, packets, tcpFlags }) => [direction, packets, tcpFlags]).toSorted()).toEqual([
    ["egress", 1, 4],
    ["ingress", 1, 2],
  ]);
});

it("tells of each window by itself, and says so where nothing passed", async () => {
  const { client, server } = await pair((vpc) => [
    flowLog(vpc, { aggregationSeconds: 1 }),
    flowLog(vpc, { id: "fl-2", resourceId: "subnet-closed", traffic: "REJECT", aggregationSeconds: 1 }),
  ]);
  const until = Date.now() + 2_500;
  while (Date.now() < until) await send(client, server.address, [7, 7], 1);
  await expect.poll(() => deliveriesOf(server).length, { timeout: 30_000 }).toBeGreaterThan(2);
  await gone(client, server);
  await expect.poll(() => deliveriesOf(server, "fl-2").length).toBeGreaterThan(2);
  const [packets] = sumOf(server);
  expect(packets).toBeGreaterThan(0);
  expect(sumOf(client)).toEqual([packets, (packets ?? 0) * 128]);
  for (const id of ["fl-1", "fl-2"]) {
    const windows = deliveriesOf(server, id);
    expect(windows.slice(1).map(({ start }) => start)).toEqual(windows.slice(0, -1).map(({ end }) => end));
  }
  expect(deliveriesOf(client, "fl-2")).toEqual([]);
  expect(flowsOf(server, "fl-2")).toEqual([]);
  expect(deliveriesOf(server, "fl-2").some(({ skipped }) => skipped)).toBe(false);
});

it("loses no packet and tells none twice where the agent dies, and counts on while there is none", async () => {
  const { client, server } = await pair((vpc) => [flowLog(vpc)]);
  await send(client, server.address, [7, 7], 10);
  let sending = true;
  const steady = (async () => {
    let sent = 0;
    for (; sending; sent += 20) await send(client, server.address, [8, 8], 20);
    return sent;
  })();
  await fixture.restart();
  await fixture.network.close({ purge: false });
  await send(client, server.address, [9, 9], 7);
  await fixture.open();
  sending = false;
  const sent = 17 + (await steady);
  await gone(client, server);
  expect(sumOf(client)).toEqual([sent, sent * 128]);
  expect(sumOf(server)).toEqual([sent, sent * 128]);
  expect(deliveries.some(({ skipped }) => skipped)).toBe(false);
});

it("tells a flow log only of what came after it, and the next interface with an address nothing of the last", async () => {
  const { vpc, open, client, server, apply } = await pair((bare) => [flowLog(bare)]);
  await send(client, server.address, [7, 7], 10);
  await apply({ flowLogs: [flowLog(vpc, { id: "fl-2" })] });
  await send(client, server.address, [7, 7], 3);
  await fixture.network.detach(client.workloadId);
  const next = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  await send(next, server.address, [7, 7], 4);
  await gone(next, server);
  const tells = (task: AttachedTask) => sumOf(task, "fl-2")[0];
  expect([tells(client), tells(next), tells(server)]).toEqual([3, 4, 7]);
  expect(deliveriesOf(server)).toEqual([]);
});

it("counts ten thousand flows one by one", async () => {
  const { client, server } = await pair((bare) => [flowLog(bare)]);
  await send(client, server.address, [10_001, 20_000], 1, 10);
  await gone(client, server);
  for (const task of [client, server]) {
    await expect
      .poll(() => flowsOf(task).filter(({ protocol }) => protocol === 17).length, { timeout: 30_000 })
      .toBe(10_000);
    const datagramFlows = flowsOf(task).filter(({ protocol }) => protocol === 17);
    expect(new Set(datagramFlows.map(({ destinationPort }) => destinationPort)).size).toBe(10_000);
    expect(datagramFlows.every(({ packets, bytes }) => packets === 1 && bytes === 38)).toBe(true);
    expect(deliveriesOf(task).some(({ skipped }) => skipped)).toBe(false);
  }
});

it("says so where there is no room for a flow, and counts on those that are known", async () => {
  const { vpc, client, server } = await pair((bare) => [flowLog(bare)]);
  await send(client, server.address, [8, 8], 2);
  const listed = await nft(vpc, ["list", "chain", "inet", "vpc", "count-ingress-accept"]);
  const [, set] = /@(flows-\d+-ingress-accept-ports)/.exec(listed.stdout) ?? [];
  const others = Array.from({ length: 65_534 }, (_, n) => `"other" . 10.0.9.9 . 1 . ${n} . 17`);
  expect((await nft(vpc, ["-f", "-"], `add element inet vpc ${set} { ${others.join(", ")} }\n`)).stderr).toBe("");
  await send(client, server.address, [7, 8], 3);
  await gone(client, server);
  expect([sumOf(client)[0], sumOf(server)[0]]).toEqual([8, 5]);
  expect(deliveriesOf(client).some(({ skipped }) => skipped)).toBe(false);
  expect(deliveriesOf(server).filter(({ skipped }) => skipped)).toHaveLength(1);
});

it("says so where counts were lost with a packet filter that somebody removed", async () => {
  const { vpc, client, server, apply } = await pair((bare) => [flowLog(bare)]);
  await send(client, server.address, [7, 7], 2);
  await nft(vpc, ["delete", "table", "inet", "vpc"]);
  await apply({ securityGroups: [] });
  await gone(client, server);
  expect([deliveriesOf(client), deliveriesOf(server)].map(([first]) => first?.skipped)).toEqual([true, true]);
});
