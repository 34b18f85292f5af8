import {
  type NetworkAclEntrySpec,
  type NetworkAclSpec,
  networkInterfaceId,
  subnetId,
  type VpcSpec,
} from "@fleetless/kernel";
import { expect, it } from "vitest";
import {
  allTraffic,
  connectFrom,
  execute,
  group,
  interfaceIn,
  membershipOf,
  pings,
  reach,
  tcp,
  useNetwork,
  vpcWith,
} from "./fixture.ts";

const fixture = useNetwork();

const open = group([allTraffic]);

type Entry = Omit<NetworkAclEntrySpec, "ruleNumber">;
const all: Entry = { action: "allow", protocol: "-1", cidr: "0.0.0.0/0" };
const allow = (from: number, to = from, cidr = "0.0.0.0/0"): Entry => ({
  action: "allow",
  protocol: "6",
  cidr,
  fromPort: from,
  toPort: to,
});
const deny = (from: number, cidr: string): Entry => ({ ...allow(from, from, cidr), action: "deny" });
const answers = allow(1024, 65_535);

const acl = (id: string, ingress: readonly Entry[], egress: readonly Entry[]): NetworkAclSpec => {
  const numbered = (entries: readonly Entry[]) =>
    entries.map((entry, index): NetworkAclEntrySpec => ({ ...entry, ruleNumber: 100 * (index + 1) }));
  return { id, ingress: numbered(ingress), egress: numbered(egress) };
};

/** The subnet 10.0.2.0/24 has an ACL of its own, 10.0.1.0/24 one that lets all pass. */
const guarded = (vpc: VpcSpec, ingress: readonly Entry[], egress: readonly Entry[]): VpcSpec => ({
  ...vpc,
  subnets: vpc.subnets.map((subnet) => (subnet.cidr === "10.0.2.0/24" ? { ...subnet, networkAclId: "acl-2" } : subnet)),
  networkAcls: [acl("acl-1", [all], [all]), acl("acl-2", ingress, egress)],
});

it("asks a subnet's ACL of every packet across its border, the answers' too, and of none within", async () => {
  const vpc = vpcWith([open]);
  await fixture.network.apply([guarded(vpc, [], [])]);
  const outer = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const inner = await fixture.attach(interfaceIn(vpc, "10.0.2.10", [open]));
  const neighbour = await fixture.attach(interfaceIn(vpc, "10.0.2.11", [open]));
  await Promise.all([fixture.serve(outer, 80), fixture.serve(inner, 80), fixture.serve(inner, 81)]);
  const interfaces = [outer, inner, neighbour].map((task) => membershipOf(task.spec));
  const apply = (ingress: readonly Entry[], egress: readonly Entry[]) =>
    fixture.network.apply([guarded({ ...vpc, interfaces }, ingress, egress)]);
  const results = () =>
    Promise.all([
      reach(outer, inner.address, 80),
      reach(outer, inner.address, 81),
      reach(inner, outer.address, 80),
      pings(outer, inner.address),
      reach(neighbour, inner.address, 80),
    ]);
  const near = "from 10.0.2.11";
  expect(await results()).toEqual([undefined, undefined, undefined, false, near]);
  // The resolver is nobody's to filter.
  const asked = ["busybox", "nslookup", "ip-10-0-1-10.ec2.internal", "10.0.0.2"];
  expect((await execute(inner, asked)).stdout).toContain("10.0.1.10");

  // In by port, but no way for the answers.
  await apply([allow(80)], []);
  expect(await results()).toEqual([undefined, undefined, undefined, false, near]);
  await apply([allow(80)], [answers]);
  expect(await results()).toEqual(["from 10.0.1.10", undefined, undefined, false, near]);
  // Out, with the answers let in; the first rule that matches decides.
  await apply([deny(80, "10.0.1.10/32"), allow(80), answers], [allow(80), answers]);
  expect(await results()).toEqual([undefined, undefined, "from 10.0.2.10", false, near]);
  const echo = (type: number): Entry => ({ ...all, protocol: "1", icmpType: type, icmpCode: -1 });
  await apply([allow(80), deny(80, "10.0.1.10/32"), echo(8)], [answers, echo(0)]);
  expect(await results()).toEqual(["from 10.0.1.10", undefined, undefined, true, near]);
  await apply([echo(8)], [echo(8)]);
  expect((await results())[3]).toBe(false);
});

it("stops an open connection while it denies it, and knows nothing of it after", async () => {
  const vpc = vpcWith([open]);
  await fixture.network.apply([guarded(vpc, [all], [all])]);
  const outer = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const inner = await fixture.attach(interfaceIn(vpc, "10.0.2.10", [open]));
  await fixture.serve(inner, 80);
  const known = { ...vpc, interfaces: [outer, inner].map((task) => membershipOf(task.spec)) };
  const connection = await connectFrom(outer, inner.address, 80);
  expect(await connection.say("one")).toBe("one");
  await fixture.network.apply([guarded(known, [deny(80, "10.0.1.0/24"), all], [all])]);
  expect(await connection.say("two")).toBeUndefined();
  await fixture.network.apply([guarded(known, [all], [all])]);
  // What was held back is sent again by TCP itself.
  await expect.poll(() => connection.say("three"), { timeout: 10_000 }).toBeDefined();
  connection.close();
});

it("asks the NAT gateway's subnet's ACL on the way out and on the way back", async () => {
  const shown = (last: number) => `${fixture.publicPrefix}.${last}`;
  const world = vpcWith([open]);
  const natted: VpcSpec = {
    ...vpcWith([open]),
    subnets: ["public", "private"].map((name, index) => ({
      id: subnetId(`subnet-${name}`),
      cidr: `10.0.${index + 2}.0/24`,
      availabilityZone: "us-east-1a",
      routeTableId: `rtb-${name}`,
      networkAclId: name === "public" ? "acl-2" : "acl-1",
    })),
    routeTables: [
      { id: "rtb-public", routes: [{ destination: "0.0.0.0/0", target: { kind: "internet-gateway", id: "igw-1" } }] },
      { id: "rtb-private", routes: [{ destination: "0.0.0.0/0", target: { kind: "nat-gateway", id: "nat-1" } }] },
    ],
    natGateways: [
      {
        id: "nat-1",
        subnetId: subnetId("subnet-public"),
        connectivity: "public",
        networkInterfaceId: networkInterfaceId("eni-nat"),
        privateAddress: "10.0.2.200",
        publicAddress: shown(20),
      },
    ],
  };
  await fixture.network.apply([world, guarded(natted, [all], [all])]);
  const server = await fixture.attach(interfaceIn(world, "10.0.1.10", [open], shown(10)));
  const client = await fixture.attach(interfaceIn(natted, "10.0.3.10", [open]));
  await fixture.serve(server, 80);
  const tries: (string | undefined)[] = [];
  for (const [ingress, egress] of [
    [[all], [all]],
    [[allow(80)], [all]],
    [[allow(80), answers], [allow(80)]],
    [
      [allow(80), answers],
      [allow(80), answers],
    ],
    [[all], [deny(80, `${shown(10)}/32`), all]],
  ] as const) {
    await fixture.network.apply([world, guarded(natted, ingress, egress)]);
    tries.push(await reach(client, shown(10), 80));
  }
  const through = `from ${shown(20)}`;
  expect(tries).toEqual([through, undefined, undefined, through, undefined]);
});

it("takes the blocks of a prefix list for a group's peers, as they are now", async () => {
  const listed = group([tcp(80, { kind: "prefix-list", prefixListId: "pl-1" })]);
  const vpc = vpcWith([listed]);
  const lists = (...cidrs: string[]): VpcSpec => ({ ...vpc, prefixLists: [{ id: "pl-1", cidrs }] });
  await fixture.network.apply([lists("10.0.1.11/32", "10.0.1.0/28", "10.0.1.0/29", "2001:db8::/32")]);
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.30", [listed]));
  const near = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [listed]));
  const far = await fixture.attach(interfaceIn(vpc, "10.0.2.11", [listed]));
  await fixture.serve(server, 80);
  const both = () => Promise.all([near, far].map((task) => reach(task, server.address, 80)));
  expect(await both()).toEqual(["from 10.0.1.11", undefined]);
  await fixture.network.apply([lists("10.0.2.0/24")]);
  expect(await both()).toEqual([undefined, "from 10.0.2.11"]);
  await fixture.network.apply([lists()]);
  expect(await both()).toEqual([undefined, undefined]);
});
