import { expect, it } from "vitest";
import {
  allTraffic,
  anywhere,
  connectFrom,
  execute,
  group,
  interfaceIn,
  membershipOf,
  ofGroup,
  pings,
  reach,
  tcp,
  useNetwork,
  vpcWith,
} from "./fixture.ts";

const fixture = useNetwork();

it("lets through what both sides' groups allow, and nothing else", async () => {
  const web = group([tcp(80)]);
  const client = group([]);
  const deaf = group([tcp(80)], [tcp(443)]);
  const vpc = vpcWith([web, client, deaf]);
  await fixture.network.apply([vpc]);
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [web]));
  const asking = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [client]));
  const shut = await fixture.attach(interfaceIn(vpc, "10.0.2.12", [deaf]));
  await Promise.all([fixture.serve(server, 80), fixture.serve(server, 81), fixture.serve(asking, 80)]);
  await fixture.serve(shut, 80);
  expect(
    await Promise.all([
      reach(asking, server.address, 80),
      reach(asking, server.address, 81),
      reach(server, asking.address, 80),
      reach(shut, server.address, 80),
      reach(server, shut.address, 80),
      pings(asking, server.address),
    ]),
  ).toEqual(["from 10.0.1.11", undefined, undefined, undefined, "from 10.0.1.10", false]);
});

it("takes a group as a source for exactly its members, and lets ICMP through by type", async () => {
  const client = group([]);
  const web = group([tcp(80, ofGroup(client)), { protocol: "icmp", fromPort: 8, toPort: -1, peer: ofGroup(client) }]);
  const stranger = group([]);
  const vpc = vpcWith([web, client, stranger]);
  await fixture.network.apply([vpc]);
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [web]));
  const member = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [client, stranger]));
  const other = await fixture.attach(interfaceIn(vpc, "10.0.1.12", [stranger]));
  await fixture.serve(server, 80);
  expect(
    await Promise.all([
      reach(member, server.address, 80),
      reach(other, server.address, 80),
      pings(member, server.address),
      pings(other, server.address),
    ]),
  ).toEqual(["from 10.0.1.11", undefined, true, false]);

  const joined = { ...membershipOf(other.spec), securityGroupIds: [client.id] };
  await fixture.network.apply([{ ...vpc, interfaces: [membershipOf(server.spec), membershipOf(member.spec), joined] }]);
  expect(await reach(other, server.address, 80)).toBe("from 10.0.1.12");
});

it("changes rules within a second and leaves open connections of allowed traffic alone", async () => {
  const web = group([tcp(80), tcp(81)]);
  const vpc = vpcWith([web]);
  await fixture.network.apply([vpc]);
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [web]));
  const client = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [web]));
  await Promise.all([fixture.serve(server, 80), fixture.serve(server, 81), fixture.serve(server, 82)]);
  const open = await connectFrom(client, server.address, 80);
  expect(await open.say("one")).toBe("one");
  expect(await reach(client, server.address, 82)).toBeUndefined();

  const begun = performance.now();
  await fixture.network.apply([{ ...vpc, securityGroups: [{ ...web, ingress: [tcp(80), tcp(82)] }] }]);
  expect(performance.now() - begun).toBeLessThan(1000);
  expect(await Promise.all([reach(client, server.address, 81), reach(client, server.address, 82)])).toEqual([
    undefined,
    "from 10.0.1.11",
  ]);
  expect(await open.say("two")).toBe("two");
  open.close();
});

it("writes the packet filter anew where someone else has changed it", async () => {
  const web = group([tcp(80)]);
  const vpc = vpcWith([web]);
  await fixture.network.apply([vpc]);
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [web]));
  await fixture.serve(server, 80);
  const namespaces = (await execute(undefined, ["ip", "netns", "list"])).stdout.split(/\s+/);
  const router = namespaces.find((name) => name.endsWith(`-vpc-${vpc.id.slice(4)}`)) ?? "";
  const flushed = await execute(undefined, ["nsenter", `--net=/run/netns/${router}`, "nft", "flush", "ruleset"]);
  expect(flushed.exitCode).toBe(0);
  const client = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [web]));
  await fixture.serve(client, 81);
  expect(await Promise.all([reach(client, server.address, 80), reach(server, client.address, 81)])).toEqual([
    "from 10.0.1.11",
    undefined,
  ]);
});

it("accepts every form of rule that EC2 knows", async () => {
  const odd = group(
    [
      { protocol: "6", fromPort: 8000, toPort: 8010, peer: { kind: "cidr", cidr: "10.0.1.0/24" } },
      { protocol: "udp", fromPort: 53, toPort: 53, peer: anywhere },
      { protocol: "50", peer: anywhere },
      { protocol: "icmp", fromPort: 3, toPort: 4, peer: anywhere },
      { protocol: "icmpv6", fromPort: -1, toPort: -1, peer: { kind: "cidr", cidr: "::/0" } },
      { protocol: "-1", peer: { kind: "cidr", cidr: "::/0" } },
      { protocol: "tcp", fromPort: 0, toPort: 65535, peer: { kind: "cidr", cidr: "192.0.2.7/32" } },
    ],
    [allTraffic],
  );
  const vpc = vpcWith([odd]);
  await fixture.network.apply([vpc]);
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [odd]));
  const near = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [odd]));
  const far = await fixture.attach(interfaceIn(vpc, "10.0.2.11", [odd]));
  await Promise.all([fixture.serve(server, 8010), fixture.serve(server, 8011)]);
  expect(
    await Promise.all([
      reach(near, server.address, 8010),
      reach(near, server.address, 8011),
      reach(far, server.address, 8010),
    ]),
  ).toEqual(["from 10.0.1.11", undefined, undefined]);
});

it("takes many rules as it takes each", async () => {
  const cidr = (text: string) => ({ kind: "cidr", cidr: text }) as const;
  const fillers = Array.from({ length: 200 }, (_, index) => tcp(1000 + index, cidr(`10.${index}.0.0/16`)));
  const many = group([
    ...fillers,
    tcp(80, cidr("10.0.1.0/24")),
    tcp(80, cidr("10.0.1.11/32")),
    tcp(80, cidr("10.0.0.0/16")),
    tcp(81, cidr("10.0.2.0/24")),
  ]);
  const vpc = vpcWith([many, group([])]);
  await fixture.network.apply([vpc]);
  const server = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [many]));
  const client = await fixture.attach(interfaceIn(vpc, "10.0.1.11", [many]));
  await Promise.all([80, 81, 1000, 1001].map((port) => fixture.serve(server, port)));
  const reached = () => Promise.all([80, 81, 1000, 1001].map((port) => reach(client, server.address, port)));
  expect(await reached()).toEqual(["from 10.0.1.11", undefined, "from 10.0.1.11", undefined]);
  const interfaces = [server, client].map((task) => membershipOf(task.spec));
  await fixture.network.apply([{ ...vpc, interfaces, securityGroups: [{ ...many, ingress: fillers }] }]);
  expect(await reached()).toEqual([undefined, undefined, "from 10.0.1.11", undefined]);
});
