import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { vpcHop } from "../../../packages/node-agent/src/network/host-network.ts";
import { namespacePath, networkNames } from "../../../packages/node-agent/src/network/names.ts";
import {
  type AttachedTask,
  allTraffic,
  execute,
  group,
  interfaceIn,
  membershipOf,
  NetworkFixture,
  ofGroup,
  reach,
  tcp,
  vpcWith,
} from "./fixture.ts";

const tag = randomBytes(3).toString("hex");
const world = `world-${tag}`;
const link = `world-${tag}`;
const fixture = new NetworkFixture();
const open = group([allTraffic]);

/** A namespace that stands for the rest of the world, so that no packet leaves this machine. */
const outside: AttachedTask["attached"] = {
  networkNamespacePath: namespacePath(world),
  gatewayAddress: "",
  nameservers: [],
  searchDomains: [],
};
const vpcForWorld = vpcWith([open]);
const worldTask: AttachedTask = {
  workloadId: (await import("@fleetless/kernel")).newWorkloadId(),
  spec: interfaceIn(vpcForWorld, "10.0.1.250", [open]),
  attached: outside,
  address: "203.0.113.2",
  ipv6Address: "",
};

const ip = async (lines: readonly string[]): Promise<void> => {
  const result = await execute(undefined, ["ip", "-batch", "-"], lines.map((line) => `${line}\n`).join(""));
  if (result.exitCode !== 0) throw new Error(result.stderr);
};

beforeAll(async () => {
  await ip([`netns add ${world}`, `link add ${link} type veth peer name eth0 netns ${world}`]);
  await ip([`addr add 203.0.113.1/24 dev ${link}`, `link set ${link} up`]);
  await execute(worldTask, ["ip", "addr", "add", "203.0.113.2/24", "dev", "eth0"]);
  await execute(worldTask, ["ip", "link", "set", "eth0", "up"]);
  await execute(worldTask, ["ip", "route", "add", "default", "via", "203.0.113.1"]);
  await fixture.open({ externalInterfaces: [link] });
  await fixture.serve(worldTask, 80);
});
afterAll(async () => {
  await fixture.dispose();
  await execute(undefined, ["ip", "link", "del", link]);
  await execute(undefined, ["ip", "netns", "del", world]);
});

it("leads in and out of interfaces with a public address only", async () => {
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const shown = `${fixture.publicPrefix}.10`;
  const exposed = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open], shown));
  const hidden = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [open]));
  const closed = await fixture.attach(interfaceIn(vpc, "10.0.2.12", [open], `${fixture.publicPrefix}.12`));
  await Promise.all([fixture.serve(exposed, 80), fixture.serve(closed, 80)]);
  const results = await Promise.all([
    reach(exposed, "203.0.113.2", 80),
    reach(hidden, "203.0.113.2", 80),
    reach(closed, "203.0.113.2", 80),
    reach(worldTask, shown, 80),
    reach(worldTask, `${fixture.publicPrefix}.12`, 80),
    reach(worldTask, "10.0.1.10", 80),
    reach(hidden, shown, 80),
  ]);
  // Out with the machine's own address, in with the caller's own.
  expect(results).toEqual([
    "from 203.0.113.1",
    undefined,
    undefined,
    "from 203.0.113.2",
    undefined,
    undefined,
    undefined,
  ]);
  expect(await reach(undefined, shown, 80)).toMatch(/^from \d/);
});

it("filters the world's traffic by its true source, and a task's through its public address", async () => {
  const friends = group([tcp(80, { kind: "cidr", cidr: "203.0.113.2/32" })]);
  const callers = group([]);
  const members = group([tcp(80, ofGroup(callers))]);
  const vpc = vpcWith([friends, callers, members]);
  await fixture.network.apply([vpc]);
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [friends], `${fixture.publicPrefix}.20`));
  const inner = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [members], `${fixture.publicPrefix}.21`));
  const caller = await fixture.attach(interfaceIn(vpc, "10.0.1.12", [callers], `${fixture.publicPrefix}.22`));
  await Promise.all([fixture.serve(server, 80), fixture.serve(inner, 80)]);
  expect(
    await Promise.all([
      reach(worldTask, `${fixture.publicPrefix}.20`, 80),
      reach(undefined, `${fixture.publicPrefix}.20`, 80),
      // By way of the internet gateway the source is a public address, which is no member of a group.
      reach(caller, `${fixture.publicPrefix}.21`, 80),
      reach(caller, inner.address, 80),
    ]),
  ).toEqual(["from 203.0.113.2", undefined, undefined, "from 10.0.1.12"]);

  const widened = { ...members, ingress: [tcp(80, { kind: "cidr", cidr: `${fixture.publicPrefix}.22/32` } as const)] };
  await fixture.network.apply([
    {
      ...vpc,
      securityGroups: [friends, callers, widened],
      interfaces: [server, inner, caller].map((each) => membershipOf(each.spec)),
    },
  ]);
  expect(await reach(caller, `${fixture.publicPrefix}.21`, 80)).toBe(`from ${fixture.publicPrefix}.22`);
});

it("follows a public address that comes and goes while the task runs", async () => {
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const task = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  await fixture.serve(task, 80);
  const member = membershipOf(task.spec);
  const shown = `${fixture.publicPrefix}.30`;
  await fixture.network.apply([{ ...vpc, interfaces: [{ ...member, publicAddress: shown }] }]);
  expect(await reach(worldTask, shown, 80)).toBe("from 203.0.113.2");
  await fixture.network.apply([{ ...vpc, interfaces: [member] }]);
  expect(await reach(worldTask, shown, 80)).toBeUndefined();
});

it("mends the way to the machine that somebody put down, with all that it led", async () => {
  const audited = await new NetworkFixture().open({ auditMilliseconds: 200 });
  try {
    const vpc = vpcWith([open]);
    const shown = `${audited.publicPrefix}.78`;
    await audited.network.apply([vpc]);
    await audited.serve(await audited.attach(interfaceIn(vpc, "10.0.1.10", [open], shown)), 80);
    expect(await reach(undefined, shown, 80)).toContain("from ");
    await ip([`link set ${networkNames(audited.instance).hostUplink(vpc.id)} down`]);
    await expect.poll(() => reach(undefined, shown, 80), { timeout: 20_000 }).toContain("from ");
  } finally {
    await audited.dispose();
  }
});

it("does again what failed half-way where the VPC is described as it was", async () => {
  const vpc = vpcWith([open]);
  const [first, second] = [interfaceIn(vpc, "10.0.1.10", [open]), `${fixture.publicPrefix}.77`];
  const before = { ...vpc, interfaces: [membershipOf(first)] };
  const after = { ...vpc, interfaces: [{ ...membershipOf(first), publicAddress: second }] };
  await fixture.network.apply([before]);
  const task = await fixture.attach(first);
  await fixture.serve(task, 80);
  const uplink = networkNames(fixture.instance).hostUplink(vpc.id);
  await ip([`link set ${uplink} down`]);
  await expect(fixture.network.apply([after])).rejects.toThrow("not up");
  await ip([
    `link set ${uplink} up`,
    `neigh replace ${vpcHop.address} lladdr ${vpcHop.mac} dev ${uplink} nud permanent`,
  ]);
  expect(await reach(undefined, second, 80)).toBeUndefined();
  await fixture.network.apply([after]);
  expect(await reach(undefined, second, 80)).toContain("from ");
});
