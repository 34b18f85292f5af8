import type { RouteSpec, RouteTarget } from "@fleetless/kernel";
import fc from "fast-check";
import { everywhereAnd, ipv6Cidr, ipv6Subnet, type RandomWorld } from "./random-world.ts";

const targets: readonly RouteTarget[] = [
  { kind: "internet-gateway", id: "igw-1" },
  { kind: "internet-gateway", id: "igw-1" },
  { kind: "internet-gateway", id: "igw-1" },
  { kind: "nat-gateway", id: "nat-1" },
  { kind: "nat-gateway", id: "nat-2" },
  { kind: "nat-gateway", id: "nat-gone" },
  { kind: "vpc-peering-connection", id: "pcx-1" },
  { kind: "network-interface", id: "eni-9" },
  { kind: "egress-only-internet-gateway", id: "eigw-1" },
  { kind: "blackhole", id: "x" },
];

export const routes = (world: RandomWorld, peerSecond: number): fc.Arbitrary<readonly RouteSpec[]> =>
  fc.tuple(ipv4Routes(world, peerSecond), ipv6Routes(world, peerSecond)).map((both) => both.flat());

const ipv6Targets: readonly RouteTarget[] = [
  ...targets,
  { kind: "egress-only-internet-gateway", id: "eigw-1" },
  { kind: "egress-only-internet-gateway", id: "eigw-1" },
];

const ipv6Routes = (world: RandomWorld, peerSecond: number): fc.Arbitrary<readonly RouteSpec[]> =>
  fc.array(
    fc.record({
      destination: fc.constantFrom(
        "::/0",
        "::/0",
        ...world.ipv6Blocks,
        ipv6Cidr(world, peerSecond),
        ipv6Subnet(world, peerSecond, 2),
      ),
      target: fc.constantFrom(...ipv6Targets),
    }),
    { maxLength: 4 },
  );

const ipv4Routes = (world: RandomWorld, peerSecond: number): fc.Arbitrary<readonly RouteSpec[]> =>
  fc.array(
    fc.record({
      destination: fc.constantFrom(...everywhereAnd(world), `10.${peerSecond}.0.0/16`, `10.${peerSecond}.2.0/24`),
      target: fc.constantFrom(...targets),
    }),
    { maxLength: 4 },
  );
