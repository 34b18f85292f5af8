import { randomBytes } from "node:crypto";
import { formatIpv6Block } from "@fleetless/engine";
import { newEc2Id, type SubnetId, securityGroupId } from "@fleetless/kernel";
import type { Transaction } from "../../state/store.ts";
import {
  type AssociatedBlock,
  keyInVpc,
  type NetworkAclEntryRecord,
  type NetworkAclRecord,
  networkAcls,
  type RouteRecord,
  type RouteTableRecord,
  routeTables,
  type SecurityGroupRecord,
  type SecurityGroupRule,
  securityGroupNames,
  securityGroups,
  type VpcRecord,
  vpcs,
} from "./collections.ts";

const ruleFor = (direction: SecurityGroupRule["direction"], peer: SecurityGroupRule["peer"]): SecurityGroupRule => ({
  id: newEc2Id("sgr"),
  direction,
  protocol: "-1",
  fromPort: -1,
  toPort: -1,
  peer,
  tags: {},
});

/** What a new group begins with: everything may leave, by IPv6 too where the VPC has it. */
export const allowAllEgress = (vpc: Pick<VpcRecord, "ipv6Blocks">): readonly SecurityGroupRule[] =>
  ["0.0.0.0/0", ...(vpc.ipv6Blocks?.length ? ["::/0"] : [])].map((cidr) => ruleFor("egress", { kind: "cidr", cidr }));

/** The group named default that every VPC has: its members reach each other, everything may leave. */
const insertDefaultSecurityGroup = (transaction: Transaction, vpc: VpcRecord): void => {
  const id = securityGroupId(newEc2Id("sg"));
  const group: SecurityGroupRecord = {
    accountId: vpc.accountId,
    region: vpc.region,
    tags: {},
    id,
    vpcId: vpc.id,
    name: "default",
    description: "default VPC security group",
    rules: [ruleFor("ingress", { kind: "group", groupId: id }), ...allowAllEgress(vpc)],
  };
  transaction.insert(securityGroupNames, `${vpc.id}/default`, { id });
  transaction.insert(securityGroups, keyInVpc(group), group);
};

/** The entries that end every network ACL: what no other decides is denied. */
export const lastEntries = (vpc: Pick<VpcRecord, "ipv6Blocks">): readonly NetworkAclEntryRecord[] =>
  [true, false].flatMap((egress) => [
    { ruleNumber: 32_767, protocol: "-1", action: "deny", egress, cidr: "0.0.0.0/0" },
    ...(vpc.ipv6Blocks?.length
      ? [{ ruleNumber: 32_768, protocol: "-1", action: "deny" as const, egress, cidr: "::/0" }]
      : []),
  ]);

const insertDefaultNetworkAcl = (transaction: Transaction, vpc: VpcRecord, subnetIds: readonly SubnetId[]): void => {
  const allow = (egress: boolean): readonly NetworkAclEntryRecord[] => [
    { ruleNumber: 100, protocol: "-1", action: "allow", egress, cidr: "0.0.0.0/0" },
    ...(vpc.ipv6Blocks?.length
      ? [{ ruleNumber: 101, protocol: "-1", action: "allow" as const, egress, cidr: "::/0" }]
      : []),
  ];
  const acl: NetworkAclRecord = {
    accountId: vpc.accountId,
    region: vpc.region,
    tags: {},
    id: newEc2Id("acl"),
    vpcId: vpc.id,
    isDefault: true,
    entries: [...allow(true), ...allow(false), ...lastEntries(vpc)],
    associations: subnetIds.map((subnet) => ({ id: newEc2Id("aclassoc"), subnetId: subnet })),
  };
  transaction.insert(networkAcls, keyInVpc(acl), acl);
};

/** Every block of the VPC is reached without a gateway. */
export const localRoutes = (vpc: VpcRecord): readonly RouteRecord[] =>
  blocksOf(vpc).map((destinationCidr) => ({ destinationCidr, gatewayId: "local", origin: "CreateRouteTable" }));

/** All blocks of a VPC, the primary one first. */
export const blocksOf = (vpc: VpcRecord): readonly string[] => [
  vpc.cidr,
  ...[...(vpc.secondaryBlocks ?? []), ...(vpc.ipv6Blocks ?? [])].map(({ cidr }) => cidr),
];

/**
 * Writes a VPC with what AWS makes with it: the default security group, the default network ACL for `subnetIds`, and
 * the main route table, which has `routes` beside the local ones.
 */
export const insertVpc = (
  transaction: Transaction,
  vpc: VpcRecord,
  subnetIds: readonly SubnetId[] = [],
  routes: readonly RouteRecord[] = [],
): void => {
  transaction.insert(vpcs, vpc.id, vpc);
  const table: RouteTableRecord = {
    accountId: vpc.accountId,
    region: vpc.region,
    tags: {},
    id: newEc2Id("rtb"),
    vpcId: vpc.id,
    routes: [...localRoutes(vpc), ...routes],
    associations: [{ id: newEc2Id("rtbassoc") }],
  };
  transaction.insert(routeTables, keyInVpc(table), table);
  insertDefaultSecurityGroup(transaction, vpc);
  insertDefaultNetworkAcl(transaction, vpc, subnetIds);
};

/**
 * A block of 2^72 addresses of RFC 4193's unique local ones, where AWS gives public ones of its own: no two VPCs
 * share one, and none belongs to a stranger.
 */
export const newIpv6Block = (): AssociatedBlock => {
  const random = BigInt(`0x${randomBytes(6).toString("hex")}`);
  const first = ((0xfdn << 48n) | random) << 72n;
  return { associationId: newEc2Id("vpc-cidr-assoc"), cidr: formatIpv6Block({ network: first, prefixLength: 56 }) };
};
