import type {
  NatGateway,
  NetworkAcl,
  NetworkInterface,
  Route,
  RouteTable,
  SecurityGroup,
  Subnet,
  Tag,
} from "@aws-sdk/client-ec2";
import { aclEntryText, permissionText, routeText } from "./describe-rule.ts";
import { type Branch, branch, drawTree } from "./draw-tree.ts";
import type { VpcContents } from "./read-vpc.ts";

const named = (id: string | undefined, tags: readonly Tag[] | undefined): string => {
  const name = tags?.find(({ Key }) => Key === "Name")?.Value;
  return name === undefined || name === "" ? (id ?? "") : `${id} (${name})`;
};

const words = (...parts: readonly (string | undefined | false)[]): string =>
  parts.filter((part) => typeof part === "string" && part !== "").join("  ");

/** The table that is associated with the subnet, else the main one. */
const routeTableOf = (subnet: Subnet, tables: readonly RouteTable[]): RouteTable | undefined =>
  tables.find(({ Associations }) => Associations?.some(({ SubnetId }) => SubnetId === subnet.SubnetId)) ??
  tables.find(({ Associations }) => Associations?.some(({ Main }) => Main === true));

/** Of the family that the subnet has: IPv4 where it has both. */
const isDefaultRoute =
  (ipv6Only: boolean) =>
  ({ DestinationCidrBlock, DestinationIpv6CidrBlock }: Route): boolean =>
    ipv6Only ? DestinationIpv6CidrBlock === "::/0" : DestinationCidrBlock === "0.0.0.0/0";

/** What the default route makes of a subnet: AWS's own words for it. */
const kindOf = (table: RouteTable | undefined, ipv6Only: boolean): string => {
  const route = table?.Routes?.find(isDefaultRoute(ipv6Only));
  if (route === undefined || route.State === "blackhole") return "isolated";
  return route.GatewayId?.startsWith("igw-") === true ? "public" : "private";
};

const taskPattern = /:task\/(?:[^/]+\/)?([0-9a-f]{32})$/;

const interfaceBranch = (networkInterface: NetworkInterface): Branch => {
  const task = taskPattern.exec(networkInterface.RequesterId ?? "")?.[1];
  const use = task === undefined ? networkInterface.Description : `task ${task}`;
  const address = networkInterface.Association?.PublicIp;
  const groups = (networkInterface.Groups ?? []).map(({ GroupId }) => GroupId).join(", ");
  return branch(
    words(
      use === undefined || use === "" ? networkInterface.InterfaceType : use,
      networkInterface.NetworkInterfaceId,
      networkInterface.PrivateIpAddress,
      ...(networkInterface.Ipv6Addresses ?? []).map(({ Ipv6Address }) => Ipv6Address),
      address === undefined ? undefined : `public ${address}`,
      groups === "" ? undefined : `groups ${groups}`,
    ),
  );
};

const natBranch = (nat: NatGateway): Branch =>
  branch(
    words(
      `NAT gateway ${named(nat.NatGatewayId, nat.Tags)}`,
      nat.State === "available" ? undefined : nat.State,
      ...(nat.NatGatewayAddresses ?? []).flatMap(({ PrivateIp, PublicIp }) => [
        PrivateIp,
        PublicIp === undefined ? undefined : `public ${PublicIp}`,
      ]),
    ),
  );

const subnetBranch = (subnet: Subnet, contents: VpcContents): Branch => {
  const table = routeTableOf(subnet, contents.routeTables);
  const acl = contents.networkAcls.find(({ Associations }) =>
    Associations?.some(({ SubnetId }) => SubnetId === subnet.SubnetId),
  );
  const gateways = contents.natGateways.filter(({ SubnetId }) => SubnetId === subnet.SubnetId);
  const ownInterfaces = new Set(
    gateways.flatMap(({ NatGatewayAddresses }) =>
      (NatGatewayAddresses ?? []).map(({ NetworkInterfaceId }) => NetworkInterfaceId),
    ),
  );
  const interfaces = contents.networkInterfaces.filter(
    ({ SubnetId, NetworkInterfaceId }) => SubnetId === subnet.SubnetId && !ownInterfaces.has(NetworkInterfaceId),
  );
  const ipv6 = (subnet.Ipv6CidrBlockAssociationSet ?? []).map(({ Ipv6CidrBlock }) => Ipv6CidrBlock);
  return branch(
    words(
      `subnet ${named(subnet.SubnetId, subnet.Tags)}`,
      subnet.CidrBlock,
      ...ipv6,
      subnet.AvailabilityZone,
      kindOf(table, subnet.Ipv6Native === true),
      subnet.Ipv6Native === true ? "IPv6 only" : `${subnet.AvailableIpAddressCount ?? 0} addresses free`,
    ),
    [
      ...(table === undefined
        ? []
        : [branch(words(`routes ${table.RouteTableId}`, (table.Routes ?? []).map(routeText).join(", ")))]),
      ...(acl === undefined ? [] : [branch(`network ACL ${acl.NetworkAclId}`)]),
      ...gateways.map(natBranch),
      ...interfaces.map(interfaceBranch),
    ],
  );
};

const aclBranch = (acl: NetworkAcl): Branch => {
  const entries = (egress: boolean): readonly Branch[] =>
    (acl.Entries ?? [])
      .filter((entry) => entry.Egress === egress)
      .toSorted((a, b) => (a.RuleNumber ?? 0) - (b.RuleNumber ?? 0))
      .map((entry) => branch(`${egress ? "out" : "in"}  ${aclEntryText(entry)}`));
  return branch(words(`network ACL ${named(acl.NetworkAclId, acl.Tags)}`, acl.IsDefault === true && "default"), [
    ...entries(false),
    ...entries(true),
  ]);
};

const groupBranch = (group: SecurityGroup): Branch => {
  const own = group.GroupId ?? "";
  return branch(words(`security group ${own}`, group.GroupName), [
    ...(group.IpPermissions ?? []).map((permission) => branch(`in   ${permissionText(permission, own)}`)),
    ...(group.IpPermissionsEgress ?? []).map((permission) => branch(`out  ${permissionText(permission, own)}`)),
  ]);
};

/** A VPC as a tree: gateways, subnets with their routes and interfaces, network ACLs, security groups. */
export const drawVpc = (contents: VpcContents): string => {
  const { vpc, internetGateways, subnets, networkAcls, securityGroups } = contents;
  const blocks = (vpc.CidrBlockAssociationSet ?? []).map(({ CidrBlock }) => CidrBlock);
  const ipv6 = (vpc.Ipv6CidrBlockAssociationSet ?? []).map(({ Ipv6CidrBlock }) => Ipv6CidrBlock);
  const zoneAndBlock = (subnet: Subnet): string => `${subnet.AvailabilityZone} ${subnet.CidrBlock ?? "IPv6"}`;
  return drawTree(
    branch(
      words(
        named(vpc.VpcId, vpc.Tags),
        vpc.IsDefault === true && "default",
        ...(blocks.length > 0 ? blocks : [vpc.CidrBlock]),
        ...ipv6,
      ),
      [
        ...internetGateways.map((gateway) =>
          branch(`internet gateway ${named(gateway.InternetGatewayId, gateway.Tags)}`),
        ),
        ...subnets
          .toSorted((a, b) => zoneAndBlock(a).localeCompare(zoneAndBlock(b)))
          .map((subnet) => subnetBranch(subnet, contents)),
        ...networkAcls.map(aclBranch),
        ...securityGroups.map(groupBranch),
      ],
    ),
  );
};
