import { randomBytes } from "node:crypto";
import { formatBlock, formatIpv6, parseBlock, parseIpv6Block } from "@fleetless/engine";
import {
  type InterfaceMembership,
  type NetworkInterfaceSpec,
  networkInterfaceId,
  newEc2Id,
  type SecurityGroupId,
  type SecurityGroupRuleSpec,
  type SecurityGroupSpec,
  type SubnetSpec,
  securityGroupId,
  subnetId,
  type VpcSpec,
  vpcId,
} from "@fleetless/kernel";
import { emptyVpc, openAndClosedRoutes, openAndClosedSubnets, openNetworkAcl } from "@fleetless/kernel/testing";

export const anywhere = { kind: "cidr", cidr: "0.0.0.0/0" } as const;
export const allTraffic: SecurityGroupRuleSpec = { protocol: "-1", peer: anywhere };
export const anywhereByIpv6 = { kind: "cidr", cidr: "::/0" } as const;
export const tcp = (port: number, peer: SecurityGroupRuleSpec["peer"] = anywhere): SecurityGroupRuleSpec => ({
  protocol: "tcp",
  fromPort: port,
  toPort: port,
  peer,
});
export const ofGroup = (group: SecurityGroupSpec): SecurityGroupRuleSpec["peer"] => ({
  kind: "group",
  groupId: group.id,
});

export const group = (
  ingress: readonly SecurityGroupRuleSpec[],
  egress: readonly SecurityGroupRuleSpec[] = [allTraffic],
): SecurityGroupSpec => ({ id: securityGroupId(newEc2Id("sg")), ingress, egress });

/** A VPC 10.0.0.0/16 with an open subnet 10.0.1.0/24 and one without internet gateway, 10.0.2.0/24. */
export const vpcWith = (securityGroups: readonly SecurityGroupSpec[], region = "us-east-1"): VpcSpec => ({
  ...emptyVpc,
  id: vpcId(newEc2Id("vpc")),
  region,
  subnets: openAndClosedSubnets,
  routeTables: openAndClosedRoutes,
  networkAcls: [openNetworkAcl],
  securityGroups,
});

/** A VPC as above, each subnet with a /64 of a block of the VPC's own; the closed one leads out by an egress-only gateway. */
export const dualStackVpcWith = (securityGroups: readonly SecurityGroupSpec[]): VpcSpec => {
  const vpc = vpcWith(securityGroups);
  const prefix = `fd${randomBytes(1).toString("hex")}:${randomBytes(2).toString("hex")}:${randomBytes(2).toString("hex")}:`;
  const canonical = (cidr: string): string => formatBlock(parseBlock(cidr) ?? { network: 0n, prefixLength: 128 });
  return {
    ...vpc,
    ipv6Cidrs: [canonical(`${prefix}100::/56`)],
    subnets: vpc.subnets.map((subnet, index) => ({ ...subnet, ipv6Cidr: canonical(`${prefix}10${index + 1}::/64`) })),
    routeTables: vpc.routeTables.map(({ id, routes }) => ({
      id,
      routes: [
        ...routes,
        {
          destination: "::/0",
          target:
            id === "rtb-open"
              ? { kind: "internet-gateway", id: "igw-1" }
              : { kind: "egress-only-internet-gateway", id: "eigw-1" },
        },
      ],
    })),
    networkAcls: [
      {
        id: openNetworkAcl.id,
        ingress: [...openNetworkAcl.ingress, { ruleNumber: 101, action: "allow", protocol: "-1", cidr: "::/0" }],
        egress: [...openNetworkAcl.egress, { ruleNumber: 101, action: "allow", protocol: "-1", cidr: "::/0" }],
      },
    ],
  };
};

/** A dual-stack VPC as above, with `subnet-six` of IPv6 alone that leads to the internet. */
export const vpcWithIpv6OnlySubnet = (securityGroups: readonly SecurityGroupSpec[]): VpcSpec => {
  const vpc = dualStackVpcWith(securityGroups);
  const [
    { cidr: _cidr, ...open } = { id: subnetId("none"), availabilityZone: "", routeTableId: "", networkAclId: "" },
  ] = vpc.subnets;
  const block = parseIpv6Block(vpc.ipv6Cidrs[0] ?? "");
  const ipv6Cidr = formatBlock({ network: (block?.network ?? 0n) + (6n << 64n), prefixLength: 64 });
  return { ...vpc, subnets: [...vpc.subnets, { ...open, id: subnetId("subnet-six"), ipv6Cidr }] };
};

/** The address of IPv6 whose last part is that of the IPv4 one. */
const ipv6For = ({ ipv6Cidr }: SubnetSpec, privateAddress: string) => {
  const block = ipv6Cidr === undefined ? undefined : parseIpv6Block(ipv6Cidr);
  if (ipv6Cidr === undefined || block === undefined) return {};
  const last = BigInt(privateAddress.replace(/.*\./, ""));
  return { ipv6Address: formatIpv6(block.network + (0xabcn << 48n) + last), ipv6SubnetCidr: ipv6Cidr };
};

export const interfaceIn = (
  vpc: VpcSpec,
  privateAddress: string,
  groups: readonly SecurityGroupSpec[],
  publicAddress?: string,
): NetworkInterfaceSpec => {
  const subnet = vpc.subnets.find((candidate) => candidate.cidr?.startsWith(privateAddress.replace(/\d+$/, "")));
  if (subnet?.cidr === undefined) throw new Error(`no subnet for ${privateAddress}`);
  return {
    id: networkInterfaceId(newEc2Id("eni")),
    attachmentId: newEc2Id("eni-attach"),
    vpcId: vpc.id,
    subnetId: subnet.id,
    subnetCidr: subnet.cidr,
    privateAddress,
    privateDnsName: `ip-${privateAddress.replaceAll(".", "-")}.ec2.internal`,
    macAddress: `02:${[...randomBytes(5)].map((byte) => byte.toString(16).padStart(2, "0")).join(":")}`,
    securityGroupIds: groups.map((each): SecurityGroupId => each.id),
    ...ipv6For(subnet, privateAddress),
    ...(publicAddress === undefined ? {} : { publicAddress }),
  };
};

/** In a subnet of IPv6 alone. */
export const ipv6OnlyInterfaceIn = (
  vpc: VpcSpec,
  subnet: string,
  number: number,
  groups: readonly SecurityGroupSpec[],
): NetworkInterfaceSpec => {
  const found = vpc.subnets.find(({ id }) => id === subnet);
  if (found?.ipv6Cidr === undefined || found.cidr !== undefined) throw new Error(`${subnet} is not of IPv6 alone`);
  return {
    id: networkInterfaceId(newEc2Id("eni")),
    attachmentId: newEc2Id("eni-attach"),
    vpcId: vpc.id,
    subnetId: found.id,
    macAddress: `02:${[...randomBytes(5)].map((byte) => byte.toString(16).padStart(2, "0")).join(":")}`,
    securityGroupIds: groups.map((each): SecurityGroupId => each.id),
    ...ipv6For(found, `0.${number}`),
  };
};

export const membershipOf = (spec: NetworkInterfaceSpec): InterfaceMembership => ({
  id: spec.id,
  ...(spec.privateAddress === undefined ? {} : { privateAddress: spec.privateAddress }),
  ...(spec.ipv6Address === undefined ? {} : { ipv6Address: spec.ipv6Address }),
  macAddress: spec.macAddress,
  subnetId: spec.subnetId,
  securityGroupIds: spec.securityGroupIds,
  ...(spec.publicAddress === undefined ? {} : { publicAddress: spec.publicAddress }),
});
