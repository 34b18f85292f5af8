import type { FlowRecord, SecurityGroupSpec, VpcSpec } from "@fleetless/kernel";
import { expect, it } from "vitest";
import {
  type AttachedTask,
  allTraffic,
  anywhereByIpv6,
  dualStackVpcWith,
  execute,
  group,
  interfaceIn,
  ipv6OnlyInterfaceIn,
  vpcWith,
  vpcWithIpv6OnlySubnet,
} from "./fixture.ts";
import { flowLog, send, useFlowLogs } from "./flow-log-fixture.ts";

const fixture = useFlowLogs();

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
  await fixture.network.network.apply([vpc]);
  const client = await fixture.network.attach(interfaceIn(vpc, "10.0.1.10", [clientGroup]));
  const server = await fixture.network.attach(interfaceIn(vpc, "10.0.2.10", [serverGroup]));
  // Taken in by the server's group, refused by it, refused by the client's own.
  await send(client, server.address, [7, 9], 25);
  await fixture.network.network.detach(client.workloadId);
  await fixture.network.network.detach(server.workloadId);
  await fixture.told(client, server);
  const there = [client, server] as const;
  const byPort = (one: FlowRecord, other: FlowRecord) => one.destinationPort - other.destinationPort;
  const datagramsOf = (task: AttachedTask) => fixture.flowsOf(task).filter(({ protocol }) => protocol === 17);
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

it("tells of tasks of IPv6 alone by their IPv6 addresses", async () => {
  const everything = [allTraffic, { ...allTraffic, peer: anywhereByIpv6 }];
  const clientGroup = group([], everything);
  const serverGroup = group([{ ...udpPort(7), peer: anywhereByIpv6 }], everything);
  const bare = vpcWithIpv6OnlySubnet([clientGroup, serverGroup]);
  const vpc = { ...bare, flowLogs: [flowLog(bare)] };
  await fixture.network.network.apply([vpc]);
  const client = await fixture.network.attach(ipv6OnlyInterfaceIn(vpc, "subnet-six", 1, [clientGroup]));
  const server = await fixture.network.attach(ipv6OnlyInterfaceIn(vpc, "subnet-six", 2, [serverGroup]));
  await send(client, server.ipv6Address, [7, 8], 5);
  await fixture.network.network.detach(client.workloadId);
  await fixture.network.network.detach(server.workloadId);
  await fixture.told(client, server);
  const ends = { sourceAddress: client.ipv6Address, destinationAddress: server.ipv6Address };
  const there = [client, server] as const;
  const flow = (direction: FlowRecord["direction"], action: FlowRecord["action"], port: number): FlowRecord => ({
    ...udp(direction, action, there, port, 5, 5 * 148),
    ...ends,
  });
  const byPort = (one: FlowRecord, other: FlowRecord) => one.destinationPort - other.destinationPort;
  const datagramsOf = (task: AttachedTask) =>
    fixture
      .flowsOf(task)
      .filter(({ protocol }) => protocol === 17)
      .toSorted(byPort);
  expect(datagramsOf(client)).toEqual([flow("egress", "ACCEPT", 7), flow("egress", "ACCEPT", 8)]);
  expect(datagramsOf(server)).toEqual([flow("ingress", "ACCEPT", 7), flow("ingress", "REJECT", 8)]);
});

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

it("counts what ACLs deny where they deny it, flags of TCP, protocols without ports and IPv6", async () => {
  const { client, server } = await fixture.pair((vpc) => [flowLog(vpc, { format: "tcp-flags" })], guardedVpcWith);
  await send(client, server.address, [7, 7], 3);
  await send(server, client.address, [8, 8], 4);
  await execute(client, ["busybox", "ping", "-c", "2", "-s", "100", "-W", "2", server.address]);
  await execute(client, ["busybox", "nc", "-w", "2", server.address, "81"]);
  await send(client, server.ipv6Address, [9, 9], 5);
  await fixture.gone(client, server);
  const [there, back] = [[client, server] as const, [server, client] as const];
  const datagramsTo = (task: AttachedTask, port: number) =>
    fixture.flowsOf(task).filter((flow) => flow.protocol === 17 && flow.destinationPort === port);
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
  const echoes = fixture.flowsOf(client).filter((flow) => flow.protocol === 1 && flow.packets === 2);
  expect(echoes.map(({ direction, sourcePort, bytes }) => [direction, sourcePort, bytes]).toSorted()).toEqual([
    ["egress", 0, 256],
    ["ingress", 0, 256],
  ]);
  // A port that nobody listens on: SYN there, RST with ACK back.
  const segments = fixture.flowsOf(server).filter(({ protocol }) => protocol === 6);
  expect(segments.map(({ direction, packets, tcpFlags }) => [direction, packets, tcpFlags]).toSorted()).toEqual([
    ["egress", 1, 4],
    ["ingress", 1, 2],
  ]);
});

it("tells of each window by itself, and says so where nothing passed", async () => {
  const { client, server } = await fixture.pair((vpc) => [
    flowLog(vpc, { aggregationSeconds: 1 }),
    flowLog(vpc, { id: "fl-2", resourceId: "subnet-closed", traffic: "REJECT", aggregationSeconds: 1 }),
  ]);
  const until = Date.now() + 2_500;
  while (Date.now() < until) await send(client, server.address, [7, 7], 1);
  await expect.poll(() => fixture.deliveriesOf(server).length, { timeout: 30_000 }).toBeGreaterThan(2);
  await fixture.gone(client, server);
  await expect.poll(() => fixture.deliveriesOf(server, "fl-2").length).toBeGreaterThan(2);
  const [packets] = fixture.sumOf(server);
  expect(packets).toBeGreaterThan(0);
  expect(fixture.sumOf(client)).toEqual([packets, (packets ?? 0) * 128]);
  for (const id of ["fl-1", "fl-2"]) {
    const windows = fixture.deliveriesOf(server, id);
    expect(windows.slice(1).map(({ start }) => start)).toEqual(windows.slice(0, -1).map(({ end }) => end));
  }
  expect(fixture.deliveriesOf(client, "fl-2")).toEqual([]);
  expect(fixture.flowsOf(server, "fl-2")).toEqual([]);
  expect(fixture.deliveriesOf(server, "fl-2").some(({ skipped }) => skipped)).toBe(false);
});

it("tells a flow log only of what came after it, and the next interface with an address nothing of the last", async () => {
  const { vpc, open, client, server, apply } = await fixture.pair((bare) => [flowLog(bare)]);
  await send(client, server.address, [7, 7], 10);
  await apply({ flowLogs: [flowLog(vpc, { id: "fl-2" })] });
  await send(client, server.address, [7, 7], 3);
  await fixture.network.network.detach(client.workloadId);
  const next = await fixture.network.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  await send(next, server.address, [7, 7], 4);
  await fixture.gone(next, server);
  const tells = (task: AttachedTask) => fixture.sumOf(task, "fl-2")[0];
  expect([tells(client), tells(next), tells(server)]).toEqual([3, 4, 7]);
  expect(fixture.deliveriesOf(server)).toEqual([]);
});

it("counts ten thousand flows one by one", async () => {
  const { client, server } = await fixture.pair((bare) => [flowLog(bare)]);
  await send(client, server.address, [10_001, 20_000], 1, 10);
  await fixture.gone(client, server);
  for (const task of [client, server]) {
    await expect
      .poll(() => fixture.flowsOf(task).filter(({ protocol }) => protocol === 17).length, { timeout: 30_000 })
      .toBe(10_000);
    const datagramFlows = fixture.flowsOf(task).filter(({ protocol }) => protocol === 17);
    expect(new Set(datagramFlows.map(({ destinationPort }) => destinationPort)).size).toBe(10_000);
    expect(datagramFlows.every(({ packets, bytes }) => packets === 1 && bytes === 38)).toBe(true);
    expect(fixture.deliveriesOf(task).some(({ skipped }) => skipped)).toBe(false);
  }
});

it("says so where there is no room for a flow, and counts on those that are known", async () => {
  const { vpc, client, server } = await fixture.pair((bare) => [flowLog(bare)]);
  await send(client, server.address, [8, 8], 2);
  const listed = await fixture.nft(vpc, ["list", "chain", "inet", "vpc", "count-ingress-accept"]);
  const [, set] = /@(flows-\d+-ingress-accept-ports)/.exec(listed.stdout) ?? [];
  const others = Array.from({ length: 65_534 }, (_, n) => `"other" . 10.0.9.9 . 1 . ${n} . 17`);
  expect((await fixture.nft(vpc, ["-f", "-"], `add element inet vpc ${set} { ${others.join(", ")} }\n`)).stderr).toBe(
    "",
  );
  await send(client, server.address, [7, 8], 3);
  await fixture.gone(client, server);
  expect([fixture.sumOf(client)[0], fixture.sumOf(server)[0]]).toEqual([8, 5]);
  expect(fixture.deliveriesOf(client).some(({ skipped }) => skipped)).toBe(false);
  expect(fixture.deliveriesOf(server).filter(({ skipped }) => skipped)).toHaveLength(1);
});
