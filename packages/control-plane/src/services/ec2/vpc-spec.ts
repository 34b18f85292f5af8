import {
  type NetworkAclEntrySpec,
  type RouteSpec,
  type RouteTarget,
  type SecurityGroupRuleSpec,
  type VpcId,
  type VpcPeeringSpec,
  type VpcSpec,
  vpcId,
} from "@fleetless/kernel";
import type { Change, ReadTransaction } from "../../state/store.ts";
import { awsPrefixLists } from "./aws-prefix-lists.ts";
import { withPublicAccess } from "./block-public-access.ts";
import {
  type NetworkAclRecord,
  networkAcls,
  networkInterfaces,
  type RouteRecord,
  type RouteTableRecord,
  routeTables,
  type SecurityGroupRecord,
  type SecurityGroupRule,
  type SubnetRecord,
  securityGroups,
  subnets,
  vpcs,
} from "./collections.ts";
import {
  dhcpOptions,
  egressOnlyInternetGateways,
  flowLogs,
  natGateways,
  type PrefixListRecord,
  vpcEndpoints,
  vpcRevisions,
} from "./connectivity-collections.ts";
import { endpointSpec } from "./endpoint-spec.ts";
import { vpcNotFound } from "./errors.ts";
import { liveTargetsOf } from "./live-targets.ts";
import { entriesOfList } from "./prefix-lists.ts";
import {
  findVpc,
  flowLogsInVpc,
  natGatewaysInVpc,
  networkAclsInVpc,
  networkInterfacesInVpc,
  peeringsOfVpc,
  prefixListsOf,
  routeTablesInVpc,
  type Scope,
  securityGroupsInVpc,
  subnetsInVpc,
  vpcEndpointsInVpc,
} from "./repository.ts";
import { natGatewayState } from "./views/gateways.ts";
import { blocksOf } from "./vpc-creation.ts";
import { membershipOf } from "./vpc-interfaces.ts";

/** All that a node must know to enforce the VPC. Throws InvalidVpcID.NotFound. */
export const readVpcSpec = async (transaction: ReadTransaction, id: VpcId): Promise<VpcSpec> => {
  const vpc = await findVpc(transaction, id);
  if (vpc === undefined) throw vpcNotFound(id);
  const tables = await routeTablesInVpc(transaction, id);
  const acls = await networkAclsInVpc(transaction, id);
  const groups = await securityGroupsInVpc(transaction, id);
  const lists = await prefixListsUsedBy(transaction, vpc, tables, groups);
  const liveTargets = await liveTargetsOf(transaction, vpc, tables);
  return {
    id,
    cidr: vpc.cidr,
    secondaryCidrs: (vpc.secondaryBlocks ?? []).map(({ cidr }) => cidr),
    ipv6Cidrs: (vpc.ipv6Blocks ?? []).map(({ cidr }) => cidr),
    region: vpc.region,
    dnsSupport: vpc.enableDnsSupport,
    dnsHostnames: vpc.enableDnsHostnames,
    ...(await dhcpOptionsOf(transaction, vpc.dhcpOptionsId)),
    ...(await withPublicAccess(transaction, vpc, {
      subnets: (
        await subnetsInVpc(transaction, id)
      ).map((subnet) => ({
        id: subnet.id,
        ...(subnet.cidr === undefined ? {} : { cidr: subnet.cidr }),
        ...(subnet.ipv6Block === undefined ? {} : { ipv6Cidr: subnet.ipv6Block.cidr }),
        availabilityZone: subnet.availabilityZone,
        routeTableId: routeTableOf(subnet, tables)?.id ?? "",
        networkAclId: acls.find(({ associations }) => associations.some((one) => one.subnetId === subnet.id))?.id ?? "",
      })),
      routeTables: tables.map((table) => ({
        id: table.id,
        routes: table.routes.flatMap((route) => routeSpecs(route, liveTargets, lists)),
      })),
    })),
    networkAcls: acls.map((acl) => ({
      id: acl.id,
      ingress: entriesOf(acl, false),
      egress: entriesOf(acl, true),
    })),
    prefixLists: lists.map((list) => ({ id: list.id, cidrs: entriesOfList(list).map(({ cidr }) => cidr) })),
    natGateways: (await natGatewaysInVpc(transaction, id))
      .filter((gateway) => natGatewayState(gateway) === "available")
      .map(({ id: natId, subnetId, connectivity, networkInterfaceId, privateAddress, publicAddress }) => ({
        id: natId,
        subnetId,
        connectivity,
        networkInterfaceId,
        privateAddress,
        ...(publicAddress === undefined ? {} : { publicAddress }),
      })),
    peerings: await peeringSpecs(transaction, id),
    endpoints: (await vpcEndpointsInVpc(transaction, id)).map(endpointSpec),
    flowLogs: (await flowLogsInVpc(transaction, id)).map(
      ({ id: flowLogId, resourceId, traffic, aggregationSeconds, format }) => ({
        id: flowLogId,
        resourceId,
        traffic,
        aggregationSeconds,
        format,
      }),
    ),
    securityGroups: groups.map((group) => ({
      id: group.id,
      ingress: rulesOf(group, "ingress"),
      egress: rulesOf(group, "egress"),
    })),
    interfaces: (await networkInterfacesInVpc(transaction, id)).map(membershipOf),
  };
};

/** Nothing where the VPC has the options that every VPC begins with. */
const dhcpOptionsOf = async (transaction: ReadTransaction, id: string): Promise<Pick<VpcSpec, "dhcpOptions">> => {
  const found = await transaction.get(dhcpOptions, id);
  if (found === undefined || found.isDefault) return {};
  return {
    dhcpOptions: {
      domainNames: (found.options["domain-name"] ?? []).flatMap((names) => names.split(" ")),
      domainNameServers: found.options["domain-name-servers"] ?? [],
    },
  };
};

const ruleSpec = (rule: SecurityGroupRule): SecurityGroupRuleSpec => ({
  protocol: rule.protocol,
  ...(rule.protocol === "-1" ? {} : { fromPort: rule.fromPort, toPort: rule.toPort }),
  peer: rule.peer.kind === "group" ? { kind: "group", groupId: rule.peer.groupId } : rule.peer,
});

const rulesOf = (group: SecurityGroupRecord, direction: SecurityGroupRule["direction"]) =>
  group.rules.filter((rule) => rule.direction === direction).map(ruleSpec);

/** The table that is associated with the subnet, else the VPC's main one. */
const routeTableOf = (subnet: SubnetRecord, tables: readonly RouteTableRecord[]): RouteTableRecord | undefined =>
  tables.find(({ associations }) => associations.some(({ subnetId }) => subnetId === subnet.id)) ??
  tables.find(({ associations }) => associations.some(({ subnetId }) => subnetId === undefined));

const targetKinds: Readonly<Record<string, Exclude<RouteTarget["kind"], "local" | "blackhole">>> = {
  igw: "internet-gateway",
  eigw: "egress-only-internet-gateway",
  nat: "nat-gateway",
  pcx: "vpc-peering-connection",
  eni: "network-interface",
  vpce: "vpc-endpoint",
};

const targetSpec = (id: string, liveTargets: ReadonlySet<string>): RouteTarget => {
  if (id === "local") return { kind: "local" };
  const kind = targetKinds[id.slice(0, id.lastIndexOf("-"))];
  return kind === undefined || !liveTargets.has(id) ? { kind: "blackhole", id } : { kind, id };
};

/** A route to a prefix list is one to each block of the list. */
const routeSpecs = (
  { destinationCidr, gatewayId }: RouteRecord,
  liveTargets: ReadonlySet<string>,
  lists: readonly PrefixListRecord[],
): readonly RouteSpec[] => {
  const target = targetSpec(gatewayId, liveTargets);
  if (!destinationCidr.startsWith("pl-")) return [{ destination: destinationCidr, target }];
  const list = lists.find(({ id }) => id === destinationCidr);
  return list === undefined ? [] : entriesOfList(list).map(({ cidr }) => ({ destination: cidr, target }));
};

/** Without the last entries, which deny everything in every network ACL. */
const entriesOf = (acl: NetworkAclRecord, egress: boolean): readonly NetworkAclEntrySpec[] =>
  acl.entries
    .filter((entry) => entry.egress === egress && entry.ruleNumber < lastRuleNumber)
    .map(({ ruleNumber, action, protocol, cidr, portRange, icmp }) => ({
      ruleNumber,
      action,
      protocol,
      cidr,
      ...(portRange === undefined ? {} : { fromPort: portRange.from, toPort: portRange.to }),
      ...(icmp === undefined ? {} : { icmpType: icmp.type, icmpCode: icmp.code }),
    }))
    .toSorted((a, b) => a.ruleNumber - b.ruleNumber);

/** Of the first of the entries that end every network ACL. */
const lastRuleNumber = 32_767;

const prefixListsUsedBy = async (
  transaction: ReadTransaction,
  scope: Scope,
  tables: readonly RouteTableRecord[],
  groups: readonly SecurityGroupRecord[],
): Promise<readonly PrefixListRecord[]> => {
  const ids = new Set([
    ...tables.flatMap(({ routes }) => routes.map(({ destinationCidr }) => destinationCidr)),
    ...groups.flatMap(({ rules }) => rules.map(({ peer }) => (peer.kind === "prefix-list" ? peer.prefixListId : ""))),
  ]);
  if (![...ids].some((id) => id.startsWith("pl-"))) return [];
  const known = [...awsPrefixLists(scope.region), ...(await prefixListsOf(transaction, scope))];
  return known.filter(({ id }) => ids.has(id));
};

const peeringSpecs = async (transaction: ReadTransaction, id: VpcId): Promise<readonly VpcPeeringSpec[]> => {
  const specs: VpcPeeringSpec[] = [];
  for (const { id: peeringId, status, requester, accepter } of await peeringsOfVpc(transaction, id)) {
    const peerVpcId = requester.vpcId === id ? accepter.vpcId : requester.vpcId;
    const peer = status === "active" ? await findVpc(transaction, peerVpcId) : undefined;
    if (peer === undefined) continue;
    const peerInterfaces = (await networkInterfacesInVpc(transaction, peerVpcId)).map(membershipOf);
    specs.push({ id: peeringId, peerVpcId, peerCidrs: blocksOf(peer), peerInterfaces });
  }
  return specs;
};

const partsOfVpc: ReadonlySet<string> = new Set(
  [
    vpcs,
    subnets,
    securityGroups,
    networkInterfaces,
    routeTables,
    networkAcls,
    egressOnlyInternetGateways,
    natGateways,
    vpcEndpoints,
    flowLogs,
    vpcRevisions,
  ].map(({ name }) => name),
);

/**
 * The VPC whose VpcSpec a change of the store may have altered, or undefined. A VPC named here may be gone:
 * then `readVpcSpec` throws and nodes are told to remove it.
 */
export const vpcChangedBy = (change: Change): VpcId | undefined => {
  const [id] = change.key.split("/");
  return partsOfVpc.has(change.collection) && id ? vpcId(id) : undefined;
};
