import process from "node:process";
import { defaultFlowLogFormat } from "@fleetless/engine";
import type { FlowLogSpec, FlowRecord, FlowRecordDelivery, VpcSpec } from "@fleetless/kernel";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type AttachedTask, allTraffic, execute, group, interfaceIn, NetworkFixture, vpcWith } from "./fixture.ts";

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

/** Sends `count` datagrams of `size` bytes from one port of the task's to each of the ports. */
const datagrams = `
const [address, ports, count, size] = process.argv.slice(1);
const socket = require("node:dgram").createSocket("udp4");
socket.bind(5000, async () => {
  for (const port of ports.split(",")) {
    for (let n = 0; n < Number(count); n++) {
      await new Promise((sent) => socket.send(Buffer.alloc(Number(size)), Number(port), address, sent));
    }
  }
  socket.close();
});
`;
const send = async (task: AttachedTask, address: string, ports: string, count: number, size: number): Promise<void> => {
  const command = [process.execPath, "-e", datagrams, address, ports, String(count), String(size)];
  const { exitCode, stderr } = await execute(task, command);
  expect([exitCode, stderr]).toEqual([0, ""]);
};

const flowsOf = (task: AttachedTask): readonly FlowRecord[] =>
  deliveries.filter(({ networkInterfaceId }) => networkInterfaceId === task.spec.id).flatMap(({ flows }) => flows);

/** Until every task that is named has told something. */
const told = (...tasks: readonly AttachedTask[]) =>
  expect
    .poll(() => tasks.every(({ spec }) => deliveries.some((each) => each.networkInterfaceId === spec.id)), {
      timeout: 10_000,
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
  await send(client, server.address, "7,8,9", 25, 100);
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
