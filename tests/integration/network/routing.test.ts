import { networkInterfaceId, type RouteSpec, type RouteTarget, subnetId, type VpcSpec } from "@fleetless/kernel";
import { expect, it, onTestFinished } from "vitest";
import { networkNames } from "../../../packages/node-agent/src/network/names.ts";
import {
  allTraffic,
  connectFrom,
  execute,
  group,
  interfaceIn,
  membershipOf,
  NetworkFixture,
  reach,
  tcp,
  useNetwork,
  vpcWith,
} from "./fixture.ts";

const fixture = useNetwork();

const open = group([allTraffic]);
const everywhere = "0.0.0.0/0";
const to = (target: RouteTarget, destination = everywhere): RouteSpec => ({ destination, target });
const internet: RouteTarget = { kind: "internet-gateway", id: "igw-1" };
const nat: RouteTarget = { kind: "nat-gateway", id: "nat-1" };

const subnet = (name: string, third: number) => ({
  id: subnetId(`subnet-${name}`),
  cidr: `10.0.${third}.0/24`,
  availabilityZone: "us-east-1a",
  routeTableId: `rtb-${name}`,
  networkAclId: "acl-1",
});

/** A public subnet with a NAT gateway in it, a private one that leads there, an isolated one. */
const threeSubnets = (publicAddress: string, securityGroups = [open]): VpcSpec => ({
  ...vpcWith(securityGroups),
  subnets: [subnet("public", 1), subnet("private", 2), subnet("isolated", 3)],
  routeTables: [
    { id: "rtb-public", routes: [to(internet)] },
    { id: "rtb-private", routes: [to(nat)] },
    { id: "rtb-isolated", routes: [] },
  ],
  natGateways: [
    {
      id: "nat-1",
      subnetId: subnetId("subnet-public"),
      connectivity: "public",
      networkInterfaceId: networkInterfaceId("eni-nat"),
      privateAddress: "10.0.1.200",
      publicAddress,
    },
  ],
});

const withRoutes = (vpc: VpcSpec, table: string, routes: readonly RouteSpec[]): VpcSpec => ({
  ...vpc,
  routeTables: vpc.routeTables.map((each) => (each.id === table ? { ...each, routes } : each)),
});

/** A VPC whose only task, at a public address, is the world that another VPC's tasks call. */
const worldAt = async (publicAddress: string, others: readonly VpcSpec[], on = fixture) => {
  const vpc = vpcWith([open]);
  await on.network.apply([vpc, ...others]);
  const task = await on.attach(interfaceIn(vpc, "10.0.1.10", [open], publicAddress));
  await on.serve(task, 80);
  return { vpc, task };
};

it("leads out by the subnet's own route: with a public address, through the NAT gateway, or nowhere", async () => {
  const address = (last: number) => `${fixture.publicPrefix}.${last}`;
  const vpc = threeSubnets(address(20));
  const { task: world, vpc: worldVpc } = await worldAt(address(10), [vpc]);
  const exposed = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open], address(21)));
  const hidden = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [open]));
  const inner = await fixture.attach(interfaceIn(vpc, "10.0.2.10", [open]));
  // A public address means nothing in a subnet whose route is another.
  const odd = await fixture.attach(interfaceIn(vpc, "10.0.2.11", [open], address(22)));
  const isolated = await fixture.attach(interfaceIn(vpc, "10.0.3.10", [open], address(23)));
  await Promise.all([exposed, inner, odd, isolated].map((task) => fixture.serve(task, 80)));
  expect(
    await Promise.all([exposed, hidden, inner, odd, isolated].map((task) => reach(task, address(10), 80))),
  ).toEqual([`from ${address(21)}`, undefined, `from ${address(20)}`, `from ${address(20)}`, undefined]);
  // From outside: the one with a public address, and nobody behind the NAT gateway's.
  expect(await Promise.all([21, 20, 22, 23].map((last) => reach(world, address(last), 80)))).toEqual([
    `from ${address(10)}`,
    undefined,
    undefined,
    undefined,
  ]);
  // Within the VPC the local routes lead everywhere.
  expect(await Promise.all([reach(isolated, inner.address, 80), reach(inner, isolated.address, 80)])).toEqual([
    "from 10.0.3.10",
    "from 10.0.2.10",
  ]);
  // By way of the NAT gateway and the internet gateway to a neighbour's public address, and back.
  expect(await reach(inner, address(21), 80)).toBe(`from ${address(20)}`);
  await fixture.network.apply([worldVpc, vpc]);
});

it("follows routes that change while tasks run, and leaves alone what they do not concern", async () => {
  const address = (last: number) => `${fixture.publicPrefix}.${last}`;
  const vpc = threeSubnets(address(30));
  const { vpc: world } = await worldAt(address(11), [vpc]);
  const inner = await fixture.attach(interfaceIn(vpc, "10.0.2.10", [open]));
  const isolated = await fixture.attach(interfaceIn(vpc, "10.0.3.10", [open]));
  await fixture.serve(isolated, 80);
  const interfaces = [inner, isolated].map((task) => membershipOf(task.spec));
  const known = { ...vpc, interfaces };
  await fixture.network.apply([world, known]);
  const kept = await connectFrom(inner, isolated.address, 80);
  const outward = await connectFrom(inner, address(11), 80);
  expect(await outward.say("through")).toBe("through");

  const begun = performance.now();
  const closed = withRoutes(known, "rtb-private", [to({ kind: "blackhole", id: "nat-1" })]);
  const swapped = withRoutes(closed, "rtb-isolated", [to(nat)]);
  await fixture.network.apply([world, swapped]);
  expect(performance.now() - begun).toBeLessThan(1000);
  expect(await Promise.all([inner, isolated].map((task) => reach(task, address(11), 80)))).toEqual([
    undefined,
    `from ${address(30)}`,
  ]);
  expect(await kept.say("still")).toBe("still");
  expect(await outward.say("gone")).toBeUndefined();

  // The longest prefix decides, whichever is listed first.
  const narrowed = withRoutes(swapped, "rtb-isolated", [
    to(nat),
    to({ kind: "blackhole", id: "x" }, `${address(11)}/32`),
  ]);
  await fixture.network.apply([world, narrowed]);
  expect(await reach(isolated, address(11), 80)).toBeUndefined();
  // Another address for the gateway.
  const moved = { ...known, natGateways: known.natGateways.map((each) => ({ ...each, publicAddress: address(31) })) };
  await fixture.network.apply([world, moved]);
  expect(await reach(inner, address(11), 80)).toBe(`from ${address(31)}`);
  expect(await kept.say("and still")).toBe("and still");
  kept.close();
  outward.close();
});

it("mends rules and routes that somebody changes while it runs", async () => {
  const audited = await new NetworkFixture().open({ auditMilliseconds: 500 });
  onTestFinished(() => audited.dispose());
  const address = (last: number) => `${audited.publicPrefix}.${last}`;
  const vpc = threeSubnets(address(40));
  const { vpc: world } = await worldAt(address(12), [vpc], audited);
  const inner = await audited.attach(interfaceIn(vpc, "10.0.2.10", [open]));
  const isolated = await audited.attach(interfaceIn(vpc, "10.0.3.10", [open]));
  await audited.serve(inner, 80);
  await audited.network.apply([world, vpc]);
  const namespace = networkNames(audited.instance).vpcNamespace(vpc.id);
  const routing = async (): Promise<string> => {
    const shown = await Promise.all(
      [["rule"], ["route", "show", "table", "all"]].map((what) =>
        execute(undefined, ["ip", "-4", "-n", namespace, ...what]),
      ),
    );
    return shown
      .flatMap(({ stdout }) => stdout.split("\n"))
      .map((line) => line.trim())
      .sort()
      .join("\n");
  };
  const before = await routing();
  const table = /from 10\.0\.3\.0\/24 lookup (\d+)/.exec(before)?.[1] ?? "";
  for (const round of [
    [
      ["rule", "flush"],
      ["rule", "add", "priority", "5", "from", "10.0.3.0/24", "lookup", "main"],
      ["route", "replace", "default", "dev", "uplink", "table", table],
      ["route", "del", "10.0.2.10/32"],
    ],
    [
      ["rule", "del", "priority", "1000", "from", "10.0.2.0/24"],
      ["route", "flush", "table", table],
      ["route", "add", "default", "dev", "uplink", "metric", "3"],
      ["route", "del", "blackhole", "default"],
    ],
  ]) {
    const batch = round.map((change) => `${change.join(" ")}\n`).join("");
    const { exitCode, stderr } = await execute(undefined, ["ip", "-n", namespace, "-batch", "-"], batch);
    expect([exitCode, stderr]).toEqual([0, ""]);
    await expect.poll(routing, { timeout: 10_000 }).toBe(before);
  }
  expect(await Promise.all([reach(inner, address(12), 80), reach(isolated, address(12), 80)])).toEqual([
    `from ${address(40)}`,
    undefined,
  ]);
  expect(await reach(isolated, inner.address, 80)).toBe("from 10.0.3.10");
});

it("ends open connections when the rule that let them in goes, and no others", async () => {
  const friend = group([]);
  const web = group([tcp(80, { kind: "cidr", cidr: "10.0.1.0/24" }), tcp(81)]);
  const vpc = vpcWith([web, friend]);
  await fixture.network.apply([vpc]);
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [web]));
  const client = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [friend]));
  await Promise.all([fixture.serve(server, 80), fixture.serve(server, 81)]);
  const interfaces = [server, client].map((task) => membershipOf(task.spec));
  const [ends, stays] = [await connectFrom(client, server.address, 80), await connectFrom(client, server.address, 81)];
  expect(await Promise.all([ends.say("one"), stays.say("one")])).toEqual(["one", "one"]);
  const changed = { ...vpc, interfaces, securityGroups: [{ ...web, ingress: [tcp(81)] }, friend] };
  await fixture.network.apply([changed]);
  expect(await Promise.all([ends.say("two"), stays.say("two")])).toEqual([undefined, "two"]);
  // The sender's side counts as well.
  await fixture.network.apply([
    { ...changed, securityGroups: [changed.securityGroups[0] ?? web, { ...friend, egress: [] }] },
  ]);
  expect(await stays.say("three")).toBeUndefined();
  ends.close();
  stays.close();
});
