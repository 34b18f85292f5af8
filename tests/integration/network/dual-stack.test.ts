import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import type { NetworkAclEntrySpec, VpcSpec } from "@fleetless/kernel";
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
  membershipOf,
  NetworkFixture,
  ofGroup,
  reach,
  tcp,
  useNetwork,
} from "./fixture.ts";

const fixture = useNetwork();

const everything = { protocol: "-1", peer: anywhereByIpv6 } as const;
const open = group([allTraffic, everything], [allTraffic, everything]);

/** Tasks at these addresses of a dual-stack VPC, each of which serves port 80. */
const serving = async (vpc: VpcSpec, ...addresses: readonly string[]) => {
  const specs = addresses.map((address) => interfaceIn(vpc, address, [open]));
  const whole = { ...vpc, interfaces: specs.map(membershipOf) };
  await fixture.network.apply([whole]);
  const tasks: AttachedTask[] = [];
  for (const spec of specs) tasks.push(await fixture.attach(spec));
  for (const task of tasks) await fixture.serve(task, 80);
  const [one, other] = tasks;
  if (one === undefined || other === undefined) throw new Error("fewer than two tasks");
  return { vpc: whole, one, other };
};

describe("two tasks in a dual-stack subnet", () => {
  it("talk by IPv6 as their groups say, and by IPv4 as before", async () => {
    const client = group([], [allTraffic, everything]);
    const server = group([tcp(80, ofGroup(client)), tcp(81, anywhereByIpv6), tcp(82)], [allTraffic, everything]);
    const vpc = dualStackVpcWith([client, server]);
    const [one, other] = [interfaceIn(vpc, "10.0.1.10", [client]), interfaceIn(vpc, "10.0.1.11", [server])];
    await fixture.network.apply([{ ...vpc, interfaces: [one, other].map(membershipOf) }]);
    const [caller, called] = [await fixture.attach(one), await fixture.attach(other)];
    for (const port of [80, 81, 82, 83]) await fixture.serve(called, port);
    expect(await reach(caller, called.ipv6Address, 80)).toBe(`from ${caller.ipv6Address}`);
    expect(await reach(caller, called.ipv6Address, 81)).toBe(`from ${caller.ipv6Address}`);
    expect(await reach(caller, called.ipv6Address, 82)).toBeUndefined();
    expect(await reach(caller, called.ipv6Address, 83)).toBeUndefined();
    expect(await reach(caller, called.address, 80)).toBe(`from ::ffff:${caller.address}`);
    expect(await reach(caller, called.address, 81)).toBeUndefined();
    const { stdout } = await execute(caller, ["ip", "-6", "address", "show", "dev", "eth0"]);
    expect(stdout).toContain(`inet6 ${caller.ipv6Address}/64 scope global`);
    expect(stdout).not.toContain("fe80::");
  });
});

describe("an interface with an IPv6 address", () => {
  it("is reached and reaches out through an internet gateway, and through an egress-only one only outwards", async () => {
    const [here, there] = [dualStackVpcWith([open]), dualStackVpcWith([open])];
    const specs = [interfaceIn(here, "10.0.1.10", [open]), interfaceIn(here, "10.0.2.10", [open])];
    const far = interfaceIn(there, "10.0.1.10", [open]);
    await fixture.network.apply([
      { ...here, interfaces: specs.map(membershipOf) },
      { ...there, interfaces: [membershipOf(far)] },
    ]);
    const tasks = await Promise.all([...specs, far].map((spec) => fixture.attach(spec)));
    const [exposed, hidden, stranger] = tasks;
    if (exposed === undefined || hidden === undefined || stranger === undefined) throw new Error("no tasks");
    for (const task of tasks) await fixture.serve(task, 80);
    expect(await reach(stranger, exposed.ipv6Address, 80)).toBe(`from ${stranger.ipv6Address}`);
    expect(await reach(exposed, stranger.ipv6Address, 80)).toBe(`from ${exposed.ipv6Address}`);
    expect(await reach(hidden, stranger.ipv6Address, 80)).toBe(`from ${hidden.ipv6Address}`);
    expect(await reach(stranger, hidden.ipv6Address, 80)).toBeUndefined();
    expect(await reach(exposed, hidden.ipv6Address, 80)).toBe(`from ${exposed.ipv6Address}`);
    expect(await reach(undefined, exposed.ipv6Address, 80)).toMatch(/^from [0-9a-f:]+$/);
    expect(await reach(undefined, hidden.ipv6Address, 80)).toBeUndefined();
    // Without any route it goes nowhere, and a connection that is open already ends.
    const connection = await connectFrom(exposed, stranger.ipv6Address, 80);
    expect(await connection.say("before")).toBe("before");
    const closed = {
      ...here,
      interfaces: specs.map(membershipOf),
      routeTables: here.routeTables.map(({ id }) => ({ id, routes: [] })),
    };
    await fixture.network.apply([closed, { ...there, interfaces: [membershipOf(far)] }]);
    expect(await connection.say("after")).toBeUndefined();
    connection.close();
    expect(await reach(exposed, stranger.ipv6Address, 80)).toBeUndefined();
    expect(await reach(exposed, hidden.ipv6Address, 80)).toBe(`from ${exposed.ipv6Address}`);
  });

  it("is subject to its subnet's network ACL, entry by entry of its own family", async () => {
    const { vpc, one, other } = await serving(dualStackVpcWith([open]), "10.0.1.20", "10.0.2.20");
    expect(await reach(one, other.ipv6Address, 80)).toBe(`from ${one.ipv6Address}`);
    const deny: NetworkAclEntrySpec = { ruleNumber: 50, action: "deny", protocol: "6", cidr: "::/0", fromPort: 80 };
    const networkAcls = vpc.networkAcls.map((acl) => ({ ...acl, ingress: [deny, ...acl.ingress] }));
    await fixture.network.apply([{ ...vpc, networkAcls }]);
    expect(await reach(one, other.ipv6Address, 80)).toBeUndefined();
    expect(await reach(one, other.address, 80)).toBe(`from ::ffff:${one.address}`);
    await fixture.network.apply([vpc]);
    expect(await reach(one, other.ipv6Address, 80)).toBe(`from ${one.ipv6Address}`);
  });

  it("loses its open connections with the rule that let them in, and keeps them over a new start of the agent", async () => {
    const { vpc, one, other } = await serving(dualStackVpcWith([open]), "10.0.1.30", "10.0.1.31");
    const connection = await connectFrom(one, other.ipv6Address, 80);
    await fixture.restart();
    expect(await connection.say("kept")).toBe("kept");
    expect(await reach(one, other.ipv6Address, 80)).toBe(`from ${one.ipv6Address}`);
    const closed = { ...open, ingress: [allTraffic] };
    await fixture.network.apply([{ ...vpc, securityGroups: [closed] }]);
    expect(await connection.say("gone")).toBeUndefined();
    connection.close();
    expect(await reach(one, other.ipv6Address, 80)).toBeUndefined();
    expect(await reach(one, other.address, 80)).toBe(`from ::ffff:${one.address}`);
  });

  it("cannot send from another address, and gets both families back after a sandbox", async () => {
    const { one, other } = await serving(dualStackVpcWith([open]), "10.0.1.40", "10.0.1.41");
    const claimed = one.ipv6Address.replace(/[^:]+$/, "bad");
    const ip = (...words: readonly string[]) => execute(one, ["ip", "-6", ...words]);
    await ip("address", "add", `${claimed}/128`, "dev", "eth0", "nodad");
    await ip("route", "add", `${other.ipv6Address}/128`, "via", "fe80::1", "dev", "eth0", "src", claimed);
    expect(await reach(one, other.ipv6Address, 80)).toBeUndefined();
    await ip("route", "del", `${other.ipv6Address}/128`);
    await ip("address", "del", `${claimed}/128`, "dev", "eth0");
    expect(await reach(one, other.ipv6Address, 80)).toBe(`from ${one.ipv6Address}`);
    await execute(one, ["ip", "address", "flush", "dev", "eth0"]);
    await ip("address", "flush", "dev", "eth0");
    expect(await reach(one, other.ipv6Address, 80)).toBeUndefined();
    await fixture.network.restore(one.workloadId);
    expect(await reach(one, other.ipv6Address, 80)).toBe(`from ${one.ipv6Address}`);
    expect(await reach(one, other.address, 80)).toBe(`from ::ffff:${one.address}`);
  });

  it("finds its router by asking too, and neither forges neighbours or routers nor believes in them", async () => {
    const { one, other } = await serving(dualStackVpcWith([open]), "10.0.1.50", "10.0.1.51");
    const routes = async (task: AttachedTask) => (await execute(task, ["ip", "-6", "route"])).stdout;
    const before = await routes(other);
    // As a sandbox does, which knows no neighbours beforehand.
    await execute(one, ["ip", "neigh", "flush", "nud", "permanent", "dev", "eth0"]);
    expect(await reach(one, other.ipv6Address, 80)).toBe(`from ${one.ipv6Address}`);
    await execute(one, ["ip", "address", "add", "fe80::bad/64", "dev", "eth0", "nodad"]);
    const targets = [one.ipv6Address, "fe80::bad"];
    for (const source of targets) {
      for (const to of ["ff02::1", "fe80::1", other.ipv6Address]) {
        const { exitCode, stdout, stderr } = await execute(one, [
          "python3",
          "-c",
          forge,
          source,
          to,
          other.ipv6Address,
        ]);
        expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "", stderr: "" });
      }
    }
    expect(await routes(other)).toBe(before);
    expect(await reach(other, one.ipv6Address, 80)).toBe(`from ${other.ipv6Address}`);
    expect(await reach(undefined, other.ipv6Address, 80)).toMatch(/^from /);
    // Nobody else is on its link; and if somebody were, it would not listen.
    expect((await execute(other, ["sysctl", "-n", "net.ipv6.conf.eth0.accept_ra"])).stdout.trim()).toBe("0");
  });
});

/** Sends a router advertisement and a neighbour advertisement of the third argument's address from the first to the second. */
const forge = `
import socket, sys
source, to, claimed = sys.argv[1:]
near = socket.if_nametoindex("eth0")
s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 255)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, near)
s.bind((source, 0, 0, near if source.startswith("fe80") else 0))
prefix = bytes([3, 4, 64, 0xc0]) + b"\\xff" * 8 + bytes(4) + socket.inet_pton(socket.AF_INET6, "2001:db8:bad::")
mac = bytes([2, 1, 2, 0, 0, 0, 0, 0xbad & 0xff])
own = socket.inet_pton(socket.AF_INET6, claimed)
for message in (
    bytes([134, 0, 0, 0, 64, 0, 7, 8]) + bytes(8) + prefix,
    bytes([136, 0, 0, 0, 0x20, 0, 0, 0]) + own + mac,
):
    try:
        s.sendto(message, (to, 0, 0, near if to.startswith("f") and not to.startswith("fd") else 0))
    except OSError as error:
        print(error)
`;

it("leaves no trace of IPv6 on the machine after a purge, and its parameters as they were", async () => {
  const link = `ext-${randomBytes(3).toString("hex")}`;
  const parameter = `/proc/sys/net/ipv6/conf/${link}/force_forwarding`;
  const whole = "/proc/sys/net/ipv6/conf/all/forwarding";
  await execute(undefined, ["ip", "link", "add", link, "type", "veth", "peer", "name", `${link}p`]);
  const instance = new NetworkFixture();
  try {
    const isForced = (await readFile(parameter, "utf8").catch(() => "")) !== "";
    if (isForced) await writeFile(parameter, "0");
    const before = await readFile(isForced ? parameter : whole, "utf8");
    await instance.open({ externalInterfaces: [link] });
    const single = { ...dualStackVpcWith([open]), ipv6Cidrs: [] };
    const vpc = dualStackVpcWith([open]);
    await instance.network.apply([{ ...single, subnets: single.subnets.map(({ ipv6Cidr: _, ...rest }) => rest) }]);
    expect(await readFile(isForced ? parameter : whole, "utf8")).toBe(before);
    const routed = async () =>
      (await execute(undefined, ["ip", "-6", "route"])).stdout.includes(vpc.ipv6Cidrs[0] ?? "");
    await instance.network.apply([vpc]);
    expect(await readFile(isForced ? parameter : whole, "utf8")).toBe("1\n");
    expect(await routed()).toBe(true);
    await instance.network.close({ purge: true });
    expect(await readFile(isForced ? parameter : whole, "utf8")).toBe(before);
    expect(await routed()).toBe(false);
  } finally {
    await instance.dispose();
    await execute(undefined, ["ip", "link", "del", link]);
  }
});
