import {
  type InterfaceMembership,
  type NetworkAclEntrySpec,
  networkInterfaceId,
  type SecurityGroupRuleSpec,
  securityGroupId,
  subnetId,
  type VpcSpec,
  vpcId,
} from "@fleetless/kernel";
import { emptyVpc } from "@fleetless/kernel/testing";
import fc from "fast-check";
import type { Flow } from "../flow.ts";
import { withIpv6OnlySubnet } from "./ipv6-only-subnet.ts";
import { routes } from "./random-routes.ts";
import {
  documentationWorld,
  everywhereAnd,
  ipv6AddressIn,
  ipv6Cidr,
  ipv6Subnet,
  type RandomWorld,
} from "./random-world.ts";

export type { RandomWorld } from "./random-world.ts";
export { ipv6AddressIn, worldAddresses, worldIpv6Addresses } from "./random-world.ts";

const groupIds = ["sg-a", "sg-b", "sg-c"].map(securityGroupId);
const ports = [0, 22, 80, 81, 443, 1024, 65_535];

/** The VPC's second byte, and its peer's, which differs. */
const blocksOf = (world: RandomWorld, second: number, peerSecond: number): readonly string[] => [
  ...everywhereAnd(world),
  `10.${second}.0.0/16`,
  `10.${second}.1.0/24`,
  `10.${second}.1.2/32`,
  `10.${peerSecond}.0.0/16`,
  `10.${peerSecond}.2.0/24`,
  ...ipv6BlocksOf(world, second, peerSecond),
];

const ipv6BlocksOf = (world: RandomWorld, second: number, peerSecond: number): readonly string[] => [
  "::/0",
  "::/0",
  ...world.ipv6Blocks,
  ipv6Cidr(world, second),
  ipv6Subnet(world, second, 1),
  `${ipv6AddressIn(second, 1, 2, world)}/128`,
  ipv6Cidr(world, peerSecond),
  ipv6Subnet(world, peerSecond, 2),
];

const traffic = fc.oneof(
  fc
    .tuple(fc.constantFrom("tcp", "udp", "6", "17"), fc.constantFrom(...ports), fc.constantFrom(...ports))
    .map(([protocol, one, other]) => ({ protocol, fromPort: Math.min(one, other), toPort: Math.max(one, other) })),
  fc
    .tuple(fc.constantFrom("icmp", "1", "icmpv6", "58"), fc.constantFrom(-1, 0, 8), fc.constantFrom(-1, 0, 4))
    .map(([protocol, fromPort, toPort]) => ({ protocol, fromPort, toPort })),
  fc.constantFrom("-1", "-1", "-1", "50", "tcp", "58").map((protocol) => ({ protocol })),
);

const groupRules = (blocks: readonly string[]): fc.Arbitrary<readonly SecurityGroupRuleSpec[]> =>
  fc.array(
    fc
      .tuple(
        traffic,
        fc.oneof(
          fc.constantFrom("0.0.0.0/0", "::/0", ...blocks).map((cidr) => ({ kind: "cidr" as const, cidr })),
          fc.constantFrom(...groupIds).map((groupId) => ({ kind: "group" as const, groupId })),
          fc.constantFrom("pl-1", "pl-2", "pl-none").map((id) => ({ kind: "prefix-list" as const, prefixListId: id })),
        ),
      )
      .map(([match, peer]) => ({ ...match, peer })),
    { maxLength: 6 },
  );

const aclEntries = (blocks: readonly string[]): fc.Arbitrary<readonly NetworkAclEntrySpec[]> =>
  fc
    .array(
      fc.tuple(
        traffic,
        fc.constantFrom(...blocks),
        fc.constantFrom("allow" as const, "allow" as const, "deny" as const),
      ),
      { maxLength: 6 },
    )
    .map((entries) =>
      entries.map(([match, cidr, action], index): NetworkAclEntrySpec => {
        const { protocol } = match;
        const icmp = ["1", "icmp", "58", "icmpv6"].includes(protocol);
        const ends = "fromPort" in match ? match : undefined;
        return {
          ruleNumber: 100 - index,
          action,
          protocol:
            protocol === "icmp"
              ? "1"
              : protocol === "icmpv6"
                ? "58"
                : protocol === "tcp"
                  ? "6"
                  : protocol === "udp"
                    ? "17"
                    : protocol,
          cidr,
          ...(icmp && ends !== undefined ? { icmpType: ends.fromPort, icmpCode: ends.toPort } : {}),
          ...(!icmp && ends !== undefined ? { fromPort: ends.fromPort, toPort: ends.toPort } : {}),
        };
      }),
    );

const members = (world: RandomWorld, second: number): fc.Arbitrary<readonly InterfaceMembership[]> =>
  fc
    .array(
      fc.record({
        groups: fc.subarray(groupIds, { minLength: 1 }),
        exposed: fc.constantFrom(true, true, false),
        subnet: fc.integer({ min: 1, max: 3 }),
        dual: fc.constantFrom(true, true, false),
      }),
      {
        maxLength: 5,
      },
    )
    .map((all) =>
      all.map(({ groups, exposed, subnet, dual }, index) => ({
        id: networkInterfaceId(`eni-${second}-${index}`),
        privateAddress: `10.${second}.${subnet}.${index + 1}`,
        macAddress: `02:00:00:00:${String(second).padStart(2, "0")}:0${index}`,
        subnetId: subnetId(`subnet-${subnet}`),
        securityGroupIds: groups,
        ...(dual ? { ipv6Address: ipv6AddressIn(second, subnet, index + 1, world) } : {}),
        ...(exposed ? { publicAddress: world.publicAddress(second, index + 1) } : {}),
      })),
    );

const openEntries: readonly NetworkAclEntrySpec[] = [
  { ruleNumber: 100, action: "allow", protocol: "-1", cidr: "0.0.0.0/0" },
  { ruleNumber: 101, action: "allow", protocol: "-1", cidr: "::/0" },
];

/** A VPC 10.`second`.0.0/16 of three subnets, peered with another one. */
const randomVpc = (world: RandomWorld, second: number, peerSecond: number): fc.Arbitrary<VpcSpec> => {
  const blocks = blocksOf(world, second, peerSecond);
  const three = <Value>(each: fc.Arbitrary<Value>) => fc.tuple(each, each, each);
  return fc
    .record({
      groups: fc.tuple(
        ...groupIds.map((id) =>
          fc.record({ id: fc.constant(id), ingress: groupRules(blocks), egress: groupRules(blocks) }),
        ),
      ),
      acls: three(fc.record({ ingress: aclEntries(blocks), egress: aclEntries(blocks) })),
      tables: three(routes(world, peerSecond)),
      closed: three(fc.constantFrom(undefined, undefined, undefined, undefined, "none" as const, "outward" as const)),
      assigned: three(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.constantFrom(0, 1, 2, 3, 3, 3, 3))),
      interfaces: members(world, second),
      nats: fc.tuple(fc.constantFrom("public" as const, "private" as const), fc.boolean(), fc.constantFrom(1, 2)),
      lists: fc.tuple(fc.subarray([...new Set(blocks)]), fc.subarray([...new Set(blocks)])),
    })
    .map(
      ({ groups, acls, tables, closed, assigned, interfaces, nats: [connectivity, addressed, natSubnet], lists }) => ({
        ...emptyVpc,
        id: vpcId(`vpc-${second}`),
        cidr: `10.${second}.0.0/16`,
        ipv6Cidrs: [ipv6Cidr(world, second)],
        subnets: assigned.map(([table, acl], index) => ({
          id: subnetId(`subnet-${index + 1}`),
          cidr: `10.${second}.${index + 1}.0/24`,
          ipv6Cidr: ipv6Subnet(world, second, index + 1),
          availabilityZone: "us-east-1a",
          routeTableId: `rtb-${table}`,
          networkAclId: `acl-${acl}`,
        })),
        routeTables: tables.map((each, index) => {
          const publicAccess = closed[index];
          return { id: `rtb-${index}`, routes: each, ...(publicAccess === undefined ? {} : { publicAccess }) };
        }),
        networkAcls: [
          ...acls.map((each, index) => ({ id: `acl-${index}`, ...each })),
          {
            id: "acl-3",
            ingress: openEntries,
            egress: openEntries,
          },
        ],
        securityGroups: groups,
        prefixLists: lists.map((cidrs, index) => ({ id: `pl-${index + 1}`, cidrs })),
        interfaces,
        natGateways: [
          {
            id: "nat-1",
            subnetId: subnetId("subnet-3"),
            connectivity: "public",
            networkInterfaceId: networkInterfaceId("eni-nat1"),
            privateAddress: `10.${second}.3.250`,
            publicAddress: world.publicAddress(second, 19),
          },
          {
            id: "nat-2",
            subnetId: subnetId(`subnet-${natSubnet}`),
            connectivity,
            networkInterfaceId: networkInterfaceId("eni-nat2"),
            privateAddress: `10.${second}.${natSubnet}.251`,
            ...(addressed ? { publicAddress: world.publicAddress(second, 20) } : {}),
          },
        ],
      }),
    );
};

export const peered = (vpc: VpcSpec, peer: VpcSpec): VpcSpec => ({
  ...vpc,
  peerings: [
    { id: "pcx-1", peerVpcId: peer.id, peerCidrs: [peer.cidr, ...peer.ipv6Cidrs], peerInterfaces: peer.interfaces },
  ],
});

/** Two VPCs, 10.0.0.0/16 and 10.1.0.0/16, that are peered with each other; the first may have a subnet of IPv6 alone. */
export const vpcPairsIn = (
  world: RandomWorld,
  ipv6Only: fc.Arbitrary<boolean> = fc.boolean(),
): fc.Arbitrary<readonly [VpcSpec, VpcSpec]> =>
  fc.tuple(randomVpc(world, 0, 1), randomVpc(world, 1, 0), ipv6Only).map(([given, other, hasIpv6Only]) => {
    const address = (number: number): string => ipv6AddressIn(0, 2, number, world);
    const one = hasIpv6Only ? withIpv6OnlySubnet(given, address) : given;
    return [peered(one, other), peered(other, one)];
  });

export const vpcPairs = vpcPairsIn(documentationWorld);

export const flowKinds: fc.Arbitrary<Omit<Flow, "source" | "destination">> = fc.record({
  protocol: fc.constantFrom(1, 6, 6, 17, 17, 50, 58),
  sourcePort: fc.constantFrom(1024, 40_000),
  destinationPort: fc.constantFrom(...ports, 8080),
  icmpType: fc.constantFrom(0, 3, 8),
  icmpCode: fc.constantFrom(0, 4),
});
