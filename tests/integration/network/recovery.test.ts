import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { networkNames } from "../../../packages/node-agent/src/network/names.ts";
import { purgeTaskNetwork } from "../../../packages/node-agent/src/network/purge-task-network.ts";
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
  vpcWith,
} from "./fixture.ts";

const open = group([allTraffic]);
let fixture = new NetworkFixture();
afterEach(async () => {
  await fixture.dispose();
  fixture = new NetworkFixture();
});

/** Everything of the machine that bears the instance's mark, one thing a line. */
const traces = async (instance: string, publicPrefix: string): Promise<readonly string[]> => {
  const tag = networkNames(instance).hostTable.replace("fleetless-", "");
  const outputs = await Promise.all(
    [
      ["ip", "netns", "list"],
      ["ip", "-o", "link"],
      ["ip", "route", "show", "table", "all"],
      ["nft", "list", "ruleset"],
      ["ls", "-R", "/run/fleetless-forwarding"],
      ["ps", "-eo", "args"],
    ].map((command) => execute(undefined, command)),
  );
  return outputs
    .flatMap(({ stdout }) => stdout.split("\n"))
    .filter((line) => line.includes(tag) || line.includes(`${publicPrefix}.`));
};

const forwarding = (name: string): Promise<string> => readFile(`/proc/sys/net/ipv4/conf/${name}/forwarding`, "utf8");

it("takes over what runs: tasks, rules, public addresses, open connections", async () => {
  await fixture.open();
  const web = group([tcp(80)]);
  const vpc = vpcWith([web]);
  await fixture.network.apply([vpc]);
  const shown = `${fixture.publicPrefix}.10`;
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [web], shown));
  const client = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [web]));
  await Promise.all([fixture.serve(server, 80), fixture.serve(server, 81)]);
  const connection = await connectFrom(client, server.address, 80);
  const fromMachine = await connectFrom(undefined, shown, 80);

  await fixture.restart();
  expect([...(await fixture.network.find())].sort()).toEqual([server.workloadId, client.workloadId].sort());
  expect(await connection.say("still here")).toBe("still here");
  expect(await fromMachine.say("still there")).toBe("still there");
  connection.close();
  fromMachine.close();
  expect(
    await Promise.all([
      reach(client, server.address, 80),
      reach(client, server.address, 81),
      reach(undefined, shown, 80),
      reach(client, "169.254.170.2", 80),
    ]),
  ).toEqual(["from 10.0.1.11", undefined, expect.stringMatching(/^from \d/), "metadata"]);

  // The control plane comes back with another rule, and the runner asks again for what it has.
  await fixture.network.apply([
    { ...vpc, securityGroups: [{ ...web, ingress: [tcp(81)] }], interfaces: [membershipOf(server.spec)] },
  ]);
  expect(await reach(client, server.address, 81)).toBe("from 10.0.1.11");
  const again = await fixture.attach(client.spec, client.workloadId);
  expect(again.attached).toEqual(client.attached);

  await fixture.network.detach(client.workloadId);
  expect(await fixture.network.find()).toEqual([server.workloadId]);
  await fixture.network.detach(client.workloadId);
});

it("mends what was changed meanwhile and removes what was half made", async () => {
  await fixture.open();
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const shown = `${fixture.publicPrefix}.10`;
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open], shown));
  const client = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [open]));
  await fixture.serve(server, 80);
  await fixture.network.close({ purge: false });

  const names = networkNames(fixture.instance);
  const router = `--net=/run/netns/${names.vpcNamespace(vpc.id)}`;
  const half = names.newTaskNamespace();
  for (const command of [
    ["ip", "route", "del", `${shown}/32`],
    ["ip", "netns", "add", half],
    [
      "ip",
      "link",
      "add",
      "tabandoned",
      "netns",
      names.vpcNamespace(vpc.id),
      "type",
      "veth",
      "peer",
      "name",
      "eth0",
      "netns",
      half,
    ],
    ["nsenter", router, "nft", "flush", "ruleset"],
    ["nsenter", router, "ip", "route", "del", "10.0.1.10/32"],
    ["nft", "delete", "table", "inet", names.hostTable],
  ]) {
    const { exitCode, stderr } = await execute(undefined, command);
    expect([exitCode, stderr]).toEqual([0, ""]);
  }
  // A crash between the first change and the last leaves a record that says so.
  const record = join(fixture.directory, "network", "interfaces", `${client.workloadId}.json`);
  await writeFile(record, (await readFile(record, "utf8")).replace('"attached":true', '"attached":false'));

  await fixture.open();
  expect([...(await fixture.network.find())].sort()).toEqual([server.workloadId, client.workloadId].sort());
  expect(await reach(undefined, shown, 80)).toMatch(/^from \d/);
  const links = await execute(undefined, ["ip", "-n", names.vpcNamespace(vpc.id), "-o", "link"]);
  expect(links.stdout).not.toContain("tabandoned");
  const namespaces = (await execute(undefined, ["ip", "netns", "list"])).stdout;
  expect(namespaces).not.toContain(half);
  const anew = await fixture.attach(client.spec, client.workloadId);
  expect(anew.attached).toEqual(client.attached);
  expect(await reach(anew, server.address, 80)).toBe("from 10.0.1.11");
});

it("mends a packet filter that somebody changes while it runs, and leaves one alone that is as it should be", async () => {
  await fixture.open({ auditMilliseconds: 200 });
  // Sets without a name and of single addresses are the ones whose order the kernel does not keep.
  const listed = group([allTraffic, tcp(81, { kind: "prefix-list", prefixListId: "pl-1" })]);
  const cidrs = Array.from({ length: 40 }, (_, index) => `10.0.1.${index}/32`);
  const vpc = { ...vpcWith([listed]), prefixLists: [{ id: "pl-1", cidrs }] };
  await fixture.network.apply([vpc]);
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [listed]));
  const client = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [listed]));
  await fixture.serve(server, 80);
  const router = `--net=/run/netns/${networkNames(fixture.instance).vpcNamespace(vpc.id)}`;
  const handles = async () => (await execute(undefined, ["nsenter", router, "nft", "-a", "list", "ruleset"])).stdout;
  const before = await handles();
  await new Promise((wake) => setTimeout(wake, 700));
  expect(await handles()).toBe(before);
  for (const change of [
    ["insert", "rule", "inet", "vpc", "egress", "drop"],
    ["flush", "set", "inet", "vpc", "bindings"],
    ["delete", "table", "inet", "vpc"],
  ]) {
    await execute(undefined, ["nsenter", router, "nft", ...change]);
    await expect.poll(() => reach(client, server.address, 80), { timeout: 5_000 }).toBe("from 10.0.1.11");
    await expect
      .poll(async () => (await handles()).replace(/ # handle \d+/g, ""), { timeout: 5_000 })
      .toContain("bindings");
  }
});

it("forgets the connections of an interface that goes, so that the next to have its address inherits none", async () => {
  await fixture.open();
  const web = group([tcp(80)]);
  const closed = group([]);
  const vpc = vpcWith([web, closed, open]);
  await fixture.network.apply([vpc]);
  const shown = `${fixture.publicPrefix}.10`;
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [web], shown));
  const client = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [open]));
  await fixture.serve(server, 80);
  const connections = [await connectFrom(client, server.address, 80), await connectFrom(undefined, shown, 80)];
  const namespace = networkNames(fixture.instance).vpcNamespace(vpc.id);
  const flows = async () => {
    const inside = await execute(undefined, ["nsenter", `--net=/run/netns/${namespace}`, "conntrack", "-L"]);
    const outside = await execute(undefined, ["conntrack", "-L"]);
    // Another VPC's connections may have the private address, and be seen by the machine.
    return [
      ...inside.stdout.split("\n").filter((line) => line.includes("=10.0.1.10 ")),
      ...outside.stdout.split("\n").filter((line) => line.includes(`=${shown} `)),
    ];
  };
  expect((await flows()).length).toBeGreaterThanOrEqual(2);
  await fixture.network.detach(server.workloadId);
  expect(await flows()).toEqual([]);
  for (const connection of connections) connection.close();
});

it("removes a VPC when nothing uses it any more", async () => {
  await fixture.open();
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const task = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  await fixture.network.remove(vpc.id);
  const namespace = networkNames(fixture.instance).vpcNamespace(vpc.id);
  expect((await execute(undefined, ["ip", "netns", "list"])).stdout).toContain(namespace);
  await fixture.network.detach(task.workloadId);
  expect((await execute(undefined, ["ip", "netns", "list"])).stdout).not.toContain(namespace);
});

it("leaves no trace after a purge, running or not, and restores the machine's parameters", async () => {
  const link = `ext-${randomBytes(3).toString("hex")}`;
  const neighbour = new NetworkFixture();
  expect(
    (await execute(undefined, ["ip", "link", "add", link, "type", "veth", "peer", "name", `${link}p`])).exitCode,
  ).toBe(0);
  try {
    await writeFile(`/proc/sys/net/ipv4/conf/${link}/forwarding`, "0");
    await fixture.open({ externalInterfaces: [link] });
    await neighbour.open({ externalInterfaces: [link] });
    const vpc = vpcWith([open]);
    for (const each of [fixture, neighbour]) {
      await each.network.apply([vpc]);
      const task = await each.attach(interfaceIn(vpc, "10.0.1.10", [open], `${each.publicPrefix}.10`));
      await each.serve(task, 80);
      expect(await reach(undefined, `${each.publicPrefix}.10`, 80)).toMatch(/^from \d/);
    }
    expect((await traces(fixture.instance, fixture.publicPrefix)).length).toBeGreaterThan(5);
    await fixture.network.close({ purge: true });
    expect(await traces(fixture.instance, fixture.publicPrefix)).toEqual([]);
    expect(await forwarding(link)).toBe("1\n");
    expect(await reach(undefined, `${neighbour.publicPrefix}.10`, 80)).toMatch(/^from \d/);

    await neighbour.network.close({ purge: false });
    await purgeTaskNetwork({ instance: neighbour.instance, dataDirectory: neighbour.directory });
    expect(await traces(neighbour.instance, neighbour.publicPrefix)).toEqual([]);
    expect(await forwarding(link)).toBe("0\n");
  } finally {
    await neighbour.dispose();
    await execute(undefined, ["ip", "link", "del", link]);
  }
});

it("makes an interface whole again that a sandbox took over and died with", async () => {
  await fixture.open();
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const client = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [open]));
  await fixture.serve(server, 80);
  await execute(client, ["ip", "addr", "flush", "dev", "eth0"]);
  expect(await reach(client, server.address, 80)).toBeUndefined();
  await fixture.network.restore(client.workloadId);
  await fixture.network.restore(client.workloadId);
  expect(await reach(client, server.address, 80)).toBe("from 10.0.1.11");
});

it("does not share its public addresses with another instance", async () => {
  await fixture.open();
  const rival = new NetworkFixture();
  await expect(rival.open({ publicCidr: `${fixture.publicPrefix}.0/24` })).rejects.toThrow("another instance's");
  await rival.dispose();
});

it("loses no packet to a packet filter of an older agent, of which no chain is left", async () => {
  await fixture.open();
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const client = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [open]));
  const inside = ["nsenter", `--net=/run/netns/${networkNames(fixture.instance).vpcNamespace(vpc.id)}`, "nft"];
  const older = [
    "add set inet vpc rates { type ipv4_addr; size 65535; flags dynamic,timeout; timeout 1m; }",
    "add chain inet vpc allowances { type filter hook prerouting priority -150; policy accept; }",
    "add rule inet vpc allowances iifname uplink accept",
    "add rule inet vpc allowances ct state new update @rates { ip saddr limit rate over 5000/second } drop",
    "add chain inet vpc network-acls { type filter hook forward priority 5; policy accept; }",
    "add chain inet vpc flow-logs { type filter hook forward priority 30; policy accept; }",
    "add rule inet vpc allowances goto old-chain",
  ];
  const script = ["add chain inet vpc old-chain", ...older].map((line) => `${line}\n`).join("");
  expect((await execute(undefined, [...inside, "-f", "-"], script)).stderr).toBe("");
  const pinging = execute(client, ["busybox", "ping", "-i", "0.01", "-c", "300", server.address]);
  await fixture.restart();
  await fixture.network.apply([vpc]);
  expect((await pinging).stdout).toContain("300 packets received");
  const { stdout } = await execute(undefined, [...inside, "list", "table", "inet", "vpc"]);
  expect(stdout).toContain("chain egress");
  for (const chain of ["allowances", "network-acls", "flow-logs", "old-chain", "set rates"]) {
    expect(stdout).not.toContain(chain);
  }
});
