import type { NetworkInterfaceSpec, VpcSpec } from "@fleetless/kernel";
import { expect, it } from "vitest";
import {
  allTraffic,
  connectFrom,
  execute,
  group,
  interfaceIn,
  membershipOf,
  ofGroup,
  reach,
  tcp,
  useNetwork,
  vpcWith,
} from "./fixture.ts";

const fixture = useNetwork();

const open = group([allTraffic]);
const caller = group([]);
const picky = group([tcp(80, ofGroup(caller)), tcp(81, { kind: "cidr", cidr: "10.0.1.0/24" })]);

/** The same subnets as the fixture's, a second byte further on. */
const shifted = (vpc: VpcSpec, second: number): VpcSpec => ({
  ...vpc,
  cidr: `10.${second}.0.0/16`,
  subnets: vpc.subnets.map((subnet) => ({ ...subnet, cidr: subnet.cidr?.replace("10.0.", `10.${second}.`) ?? "" })),
  routeTables: vpc.routeTables.map((table) => ({
    ...table,
    routes: table.routes.map((route) =>
      route.target.kind === "local" ? { ...route, destination: `10.${second}.0.0/16` } : route,
    ),
  })),
});

const peering = { id: "pcx-0123456789abcdef0" } as const;

const peered = (vpc: VpcSpec, peer: VpcSpec, routed = true): VpcSpec => ({
  ...vpc,
  peerings: [{ ...peering, peerVpcId: peer.id, peerCidrs: [peer.cidr], peerInterfaces: peer.interfaces }],
  routeTables: vpc.routeTables.map((table) => ({
    ...table,
    routes: [
      ...table.routes,
      ...(routed && table.id === "rtb-open"
        ? [{ destination: peer.cidr, target: { kind: "vpc-peering-connection", id: peering.id } } as const]
        : []),
    ],
  })),
});

const holding = (vpc: VpcSpec, ...specs: readonly NetworkInterfaceSpec[]): VpcSpec => ({
  ...vpc,
  interfaces: specs.map(membershipOf),
});

it("routes between peered VPCs where both have routes, filters, and knows the other's groups", async () => {
  const [plainOne, plainOther] = [vpcWith([open, caller]), shifted(vpcWith([open, picky]), 5)];
  const specs = {
    client: interfaceIn(plainOne, "10.0.1.10", [open, caller]),
    stranger: interfaceIn(plainOne, "10.0.1.11", [open]),
    unrouted: interfaceIn(plainOne, "10.0.2.10", [open]),
    server: interfaceIn(plainOther, "10.5.1.10", [picky]),
    far: interfaceIn(plainOther, "10.5.2.10", [open]),
  };
  const one = holding(plainOne, specs.client, specs.stranger, specs.unrouted);
  const other = holding(plainOther, specs.server, specs.far);
  await fixture.network.apply([one, other]);
  const client = await fixture.attach(specs.client);
  const stranger = await fixture.attach(specs.stranger);
  const unrouted = await fixture.attach(specs.unrouted);
  const server = await fixture.attach(specs.server);
  const far = await fixture.attach(specs.far);
  await Promise.all([
    fixture.serve(server, 80),
    fixture.serve(server, 81),
    fixture.serve(far, 80),
    fixture.serve(client, 80),
  ]);
  const results = () =>
    Promise.all([
      reach(client, server.address, 80),
      reach(stranger, server.address, 80),
      reach(stranger, server.address, 81),
      reach(unrouted, server.address, 81),
      // Its subnet has no way back.
      reach(client, far.address, 80),
      reach(server, client.address, 80),
    ]);
  const nothing = [undefined, undefined, undefined, undefined, undefined, undefined];
  expect(await results()).toEqual(nothing);
  await fixture.network.apply([peered(one, other), peered(other, one)]);
  const all = ["from 10.0.1.10", undefined, "from 10.0.1.11", undefined, undefined, "from 10.5.1.10"];
  expect(await results()).toEqual(all);
  // Nobody gets through one VPC to another's resolver or router, or sends with another's address.
  expect(await reach(client, "10.5.0.2", 53)).toBeUndefined();
  await execute(stranger, ["ip", "addr", "add", "10.0.1.10/24", "dev", "eth0"]);
  const spoofed = ["busybox", "nc", "-w", "1", "-s", "10.0.1.10", server.address, "80"];
  expect((await execute(stranger, spoofed, "")).stdout).toBe("");

  const connection = await connectFrom(client, server.address, 80);
  await fixture.restart();
  expect(await results()).toEqual(all);
  expect(await connection.say("still")).toBe("still");
  await fixture.network.apply([peered(one, other, false), peered(other, one)]);
  expect(await results()).toEqual(nothing);
  expect(await connection.say("gone")).toBeUndefined();
  connection.close();
  // Without the other VPC there is nothing to lead to; when it is back there is.
  await fixture.network.apply([one, other]);
  await fixture.network.apply([peered(one, other), peered(other, one)]);
  expect(await results()).toEqual(all);
});
