import { text } from "node:stream/consumers";
import { isInBlock, linkLocalTaskBlock } from "@fleetless/engine";
import type { VpcSpec } from "@fleetless/kernel";
import { decode, encode } from "dns-packet";
import { describe, expect, it } from "vitest";
import {
  type AttachedTask,
  allTraffic,
  anywhereByIpv6,
  connectFrom,
  dualStackVpcWith,
  execute,
  group,
  interfaceIn,
  ipv6OnlyInterfaceIn,
  membershipOf,
  ofGroup,
  reach,
  tcp,
  useNetwork,
  vpcWithIpv6OnlySubnet,
} from "./fixture.ts";

const fixture = useNetwork();

const everything = [allTraffic, { protocol: "-1", peer: anywhereByIpv6 }] as const;
const open = group(everything, everything);
const resolver = "fd00:ec2::253";
const endpoint = "169.254.170.2";

const linkLocalOf = ({ attached }: AttachedTask): string => attached.linkLocalAddress ?? "";

/** Two tasks of IPv6 alone and one with both families, each of which serves port 80. */
const threeTasks = async (vpc: VpcSpec = vpcWithIpv6OnlySubnet([open])) => {
  const six = [1, 2].map((number) => ipv6OnlyInterfaceIn(vpc, "subnet-six", number, [open]));
  const specs = [...six, interfaceIn(vpc, "10.0.1.10", [open])];
  const whole = { ...vpc, interfaces: specs.map(membershipOf) };
  await fixture.network.apply([whole]);
  const tasks: AttachedTask[] = [];
  for (const spec of specs) tasks.push(await fixture.attach(spec));
  for (const task of tasks) await fixture.serve(task, 80);
  const [one, other, dual] = tasks;
  if (one === undefined || other === undefined || dual === undefined) throw new Error("fewer than three tasks");
  return { vpc: whole, one, other, dual };
};

/** Asks the server at the first argument over the second's protocol; query and answer as hexadecimal digits. */
const exchange = `
import socket, sys
server, protocol, query = sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3])
family = socket.AF_INET6 if ":" in server else socket.AF_INET
s = socket.socket(family, socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM)
s.settimeout(2)
s.connect((server, 53))
s.send(query if protocol == "udp" else len(query).to_bytes(2, "big") + query)
print((s.recv(4096) if protocol == "udp" else s.recv(4096)[2:]).hex())
`;

/** The addresses that the name of 10.0.1.10 leads to; undefined where nobody answers. */
const lookUp = async (task: AttachedTask, server: string, type: "A" | "AAAA", protocol = "udp") => {
  const questions = [{ type, name: "ip-10-0-1-10.ec2.internal" }] as const;
  const query = encode({ type: "query", id: 7, flags: 0x100, questions: [...questions] }).toString("hex");
  const { exitCode, stdout } = await execute(task, ["python3", "-c", exchange, server, protocol, query]);
  if (exitCode !== 0) return undefined;
  const { answers = [] } = decode(Buffer.from(stdout.trim(), "hex"));
  return answers.flatMap((each) => (each.type === "A" || each.type === "AAAA" ? [each.data] : []));
};

describe("a task of IPv6 alone", () => {
  it("has no IPv4 address but a link-local one, and talks by IPv6 as its groups say", async () => {
    const client = group([], everything);
    const server = group([tcp(80, ofGroup(client))], everything);
    const vpc = vpcWithIpv6OnlySubnet([client, server]);
    const [one, two] = [client, server].map((each, number) =>
      ipv6OnlyInterfaceIn(vpc, "subnet-six", number + 1, [each]),
    );
    if (one === undefined || two === undefined) throw new Error("no interfaces");
    const dual = interfaceIn(vpc, "10.0.1.10", [server]);
    await fixture.network.apply([{ ...vpc, interfaces: [one, two, dual].map(membershipOf) }]);
    const [caller, called, both] = [await fixture.attach(one), await fixture.attach(two), await fixture.attach(dual)];
    for (const task of [called, both]) for (const port of [80, 81]) await fixture.serve(task, port);
    for (const task of [called, both]) {
      expect(await reach(caller, task.ipv6Address, 80)).toBe(`from ${caller.ipv6Address}`);
      expect(await reach(caller, task.ipv6Address, 81)).toBeUndefined();
    }
    const { stdout } = await execute(caller, ["ip", "address", "show", "dev", "eth0"]);
    expect(stdout).toContain(`inet6 ${caller.ipv6Address}/64 scope global`);
    expect(stdout.match(/inet [\d./]+/g)).toEqual([`inet ${linkLocalOf(caller)}/32`]);
    expect(isInBlock(linkLocalTaskBlock, linkLocalOf(caller))).toBe(true);
    expect(caller.attached).toMatchObject({ nameservers: [resolver], gatewayAddress: "fe80::1" });
    const routes = (await execute(caller, ["ip", "-4", "route"])).stdout.trim().split("\n");
    expect(routes).toHaveLength(1);
    expect(routes[0]).toMatch(/^169\.254\.170\.2 dev eth0/);
  });

  it("gets nowhere by IPv4 but to the endpoint of tasks, whatever routes it makes itself, and is not reached", async () => {
    const { one, other, dual } = await threeTasks();
    for (const destination of [`${dual.address}/32`, `${linkLocalOf(other)}/32`, "169.254.169.253/32"]) {
      await execute(one, ["ip", "route", "add", destination, "dev", "eth0"]);
    }
    for (const address of [dual.address, linkLocalOf(other)]) {
      expect(await reach(one, address, 80)).toBeUndefined();
    }
    await execute(dual, ["ip", "route", "add", `${linkLocalOf(one)}/32`, "dev", "eth0"]);
    expect(await reach(dual, linkLocalOf(one), 80)).toBeUndefined();
    const answer = fixture.onMetadata;
    fixture.onMetadata = (socket) => socket.end(`${socket.remoteAddress}\n`);
    expect(await reach(one, endpoint, 80)).toBe(linkLocalOf(one));
    fixture.onMetadata = answer;
    expect(await reach(one, endpoint, 4566)).toBe("api");
    // Nor can it pass for another task there.
    const linkLocalAddress = linkLocalOf(other);
    await execute(one, ["ip", "address", "add", `${linkLocalAddress}/32`, "dev", "eth0"]);
    await execute(one, ["ip", "route", "replace", `${endpoint}/32`, "dev", "eth0", "src", linkLocalAddress]);
    expect(await reach(one, endpoint, 80)).toBeUndefined();
  });

  it("asks the resolver by IPv6, over UDP and TCP, as one with both families may", async () => {
    const { one, dual } = await threeTasks();
    for (const task of [one, dual]) {
      for (const transport of ["udp", "tcp"]) {
        expect(await lookUp(task, resolver, "A", transport)).toEqual(["10.0.1.10"]);
        expect(await lookUp(task, resolver, "AAAA", transport)).toEqual([]);
      }
      for (const port of [80, 4566]) expect(await reach(task, resolver, port)).toBeUndefined();
    }
    expect(await lookUp(dual, "10.0.0.2", "A")).toEqual(["10.0.1.10"]);
  });

  it("keeps its connections and its link-local address over a new start of the agent", async () => {
    const { vpc, one, other } = await threeTasks();
    const connection = await connectFrom(one, other.ipv6Address, 80);
    await fixture.restart();
    await fixture.network.apply([vpc]);
    expect(await connection.say("kept")).toBe("kept");
    connection.close();
    expect(await reach(one, endpoint, 80)).toBe("metadata");
    expect(await lookUp(one, resolver, "A")).toEqual(["10.0.1.10"]);
    expect((await fixture.attach(one.spec, one.workloadId)).attached).toEqual(one.attached);
    const next = await fixture.attach(ipv6OnlyInterfaceIn(vpc, "subnet-six", 3, [open]));
    const others = [one, other].map(linkLocalOf);
    expect(others).not.toContain(linkLocalOf(next));
  });

  it("gets its addresses and routes of both families back after a sandbox", async () => {
    const { one, other } = await threeTasks();
    await execute(one, ["ip", "address", "flush", "dev", "eth0"]);
    await execute(one, ["ip", "-6", "address", "flush", "dev", "eth0"]);
    expect(await reach(one, other.ipv6Address, 80)).toBeUndefined();
    await fixture.network.restore(one.workloadId);
    expect(await reach(one, other.ipv6Address, 80)).toBe(`from ${one.ipv6Address}`);
    expect(await reach(one, endpoint, 80)).toBe("metadata");
  });
});

it("what is fetched for a task of IPv6 alone comes by its own connections, to hosts that have IPv6 addresses", async () => {
  const { vpc, one, dual } = await threeTasks();
  const records = (name: string, values: Readonly<Record<string, string>>) => ({
    zoneId: "Z1",
    name,
    recordSets: Object.entries(values).map(([type, value]) => ({
      name,
      type,
      routing: { kind: "simple" as const },
      target: { kind: "records" as const, timeToLive: 60, values: [value] },
    })),
  });
  fixture.network.applyHostedZones({
    cursor: "1",
    complete: false,
    zones: [{ id: "Z1", name: "corp.test.", vpcIds: [vpc.id] }],
    removedZones: [],
    names: [
      records("both.corp.test.", { A: dual.address, AAAA: dual.ipv6Address }),
      records("single.corp.test.", { A: dual.address }),
    ],
    health: [],
    removedHealth: [],
    changes: [],
  });
  const { network } = fixture;
  const { signal } = new AbortController();
  const connect = (host: string) => network.connect(one.workloadId, { host, port: 80 }, signal);
  const socket = await connect("both.corp.test");
  socket.end();
  expect(await text(socket)).toBe(`from ${one.ipv6Address}\n`);
  await expect(connect("single.corp.test")).rejects.toMatchObject({
    name: "DialError",
    message: `dial tcp: lookup single.corp.test on ${resolver}:53: no such host`,
  });
  const find = (host: string) => network.findHost(vpc, host, "ipv6");
  expect(await find("both.corp.test")).toEqual({ address: dual.ipv6Address, isOwn: true });
  for (const host of ["single.corp.test", dual.address]) {
    expect(await find(host)).toEqual({ address: undefined, isOwn: true, isIpv4Only: true });
  }
  expect(await find("none.corp.test")).toEqual({ address: undefined, isOwn: true });
  expect(await find("registry.invalid")).toEqual({ address: undefined, isOwn: false });
  expect(await find(`[${dual.ipv6Address}]`)).toEqual({ address: dual.ipv6Address, isOwn: true });
});

it("faults that a task asks for meet its packets of IPv6, and spare those that are to be spared", async () => {
  const { one, other, dual } = await threeTasks();
  const { network } = fixture;
  const reached = () => Promise.all([other, dual].map(({ ipv6Address }) => reach(one, ipv6Address, 80)));
  const both = [`from ${one.ipv6Address}`, `from ${one.ipv6Address}`];
  const sourcesToFilter = [endpoint, `${dual.ipv6Address}/128`];
  const hole = { kind: "network-blackhole-port", port: 80, protocol: "tcp", sourcesToFilter } as const;
  await network.setFaults(one.workloadId, [{ ...hole, trafficType: "egress" }]);
  expect(await reached()).toEqual([undefined, both[1]]);
  expect(await reach(one, endpoint, 80)).toBe("metadata");
  await network.setFaults(other.workloadId, [{ ...hole, trafficType: "ingress", sourcesToFilter: [] }]);
  await network.setFaults(one.workloadId, []);
  expect(await reached()).toEqual([undefined, both[1]]);
  await network.setFaults(other.workloadId, []);
  expect(await reached()).toEqual(both);
  const sources = [`${other.ipv6Address}/64`, "10.0.0.0/8"];
  const loss = { kind: "network-packet-loss", lossPercent: 100, sources, sourcesToFilter: [] } as const;
  await network.setFaults(one.workloadId, [loss]);
  expect(await reached()).toEqual([undefined, both[1]]);
  await network.setFaults(one.workloadId, []);
  expect(await reached()).toEqual(both);
});

it("the resolver answers by IPv6 from when the VPC has a block of it", async () => {
  const later = dualStackVpcWith([open]);
  const before = { ...later, ipv6Cidrs: [], subnets: later.subnets.map(({ ipv6Cidr: _, ...rest }) => rest) };
  const first = interfaceIn(before, "10.0.1.10", [open]);
  await fixture.network.apply([{ ...before, interfaces: [membershipOf(first)] }]);
  await fixture.attach(first);
  const second = interfaceIn(later, "10.0.1.11", [open]);
  await fixture.network.apply([{ ...later, interfaces: [first, second].map(membershipOf) }]);
  expect(await lookUp(await fixture.attach(second), resolver, "A")).toEqual(["10.0.1.10"]);
});
