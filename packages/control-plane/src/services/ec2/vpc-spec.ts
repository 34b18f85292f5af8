import {
  type NetworkAclEntrySpec,
  type RouteSpec,
  type SecurityGroupRuleSpec,
  type VpcId,
  type VpcSpec,
  vpcId,
} from "@fleetless/kernel";
import type { Change, ReadTransaction } from "../../state/store.ts";
import {
  type NetworkAclRecord,
  networkAcls,
  networkInterfaces,
  type RouteTableRecord,
  routeTables,
  type SecurityGroupRecord,
  type SecurityGroupRule,
  type SubnetRecord,
  securityGroups,
  subnets,
  vpcs,
} from "./collections.ts";
import { vpcNotFound } from "./errors.ts";
import {
  findVpc,
  networkAclsInVpc,
  networkInterfacesInVpc,
  routeTablesInVpc,
  securityGroupsInVpc,
  subnetsInVpc,
} from "./repository.ts";

const ruleSpec = (rule: SecurityGroupRule): SecurityGroupRuleSpec => ({
  protocol: rule.protocol,
  ...(rule.protocol === "-1" ? {} : { fromPort: rule.fromPort, toPort: rule.toPort }),
  peer: rule.peer,
});

const rulesOf = (group: SecurityGroupRecord, direction: SecurityGroupRule["direction"]) =>
  group.rules.filter((rule) => rule.direction === direction).map(ruleSpec);

/** The table that is associated with the subnet, else the VPC's main one. */
const routeTableOf = (subnet: SubnetRecord, tables: readonly RouteTableRecord[]): RouteTableRecord | undefined =>
  tables.find(({ associations }) => associations.some(({ subnetId }) => subnetId === subnet.id)) ??
  tables.find(({ associations }) => associations.some(({ subnetId }) => subnetId === undefined));

const routeSpec = ({ destinationCidr, gatewayId }: RouteTableRecord["routes"][number]): RouteSpec => ({
  destination: destinationCidr,
  target: gatewayId === "local" ? { kind: "local" } : { kind: "internet-gateway", id: gatewayId },
});

/** Without the last entry, which denies everything in every network ACL. */
const entriesOf = (acl: NetworkAclRecord, egress: boolean): readonly NetworkAclEntrySpec[] =>
  acl.entries
    .filter((entry) => entry.egress === egress && entry.ruleNumber < lastRuleNumber)
    .map(({ ruleNumber, action, protocol, cidr }) => ({ ruleNumber, action, protocol, cidr }))
    .toSorted((a, b) => a.ruleNumber - b.ruleNumber);

/** All that a node must know to enforce the VPC. Throws InvalidVpcID.NotFound. */
export const readVpcSpec = async (transaction: ReadTransaction, id: VpcId): Promise<VpcSpec> => {
  const vpc = await findVpc(transaction, id);
  if (vpc === undefined) throw vpcNotFound(id);
  const tables = await routeTablesInVpc(transaction, id);
  const acls = await networkAclsInVpc(transaction, id);
  return {
    id,
    cidr: vpc.cidr,
    secondaryCidrs: [],
    ipv6Cidrs: [],
    region: vpc.region,
    dnsSupport: vpc.enableDnsSupport,
    dnsHostnames: vpc.enableDnsHostnames,
    subnets: (await subnetsInVpc(transaction, id)).map((subnet) => ({
      id: subnet.id,
      cidr: subnet.cidr,
      availabilityZone: subnet.availabilityZone,
      routeTableId: routeTableOf(subnet, tables)?.id ?? "",
      networkAclId: acls.find(({ associations }) => associations.some((one) => one.subnetId === subnet.id))?.id ?? "",
    })),
    routeTables: tables.map((table) => ({ id: table.id, routes: table.routes.map(routeSpec) })),
    networkAcls: acls.map((acl) => ({
      id: acl.id,
      ingress: entriesOf(acl, false),
      egress: entriesOf(acl, true),
    })),
    prefixLists: [],
    natGateways: [],
    peerings: [],
    endpoints: [],
    flowLogs: [],
    securityGroups: (await securityGroupsInVpc(transaction, id)).map((group) => ({
      id: group.id,
      ingress: rulesOf(group, "ingress"),
      egress: rulesOf(group, "egress"),
    })),
    interfaces: (await networkInterfacesInVpc(transaction, id)).map((record) => ({
      id: record.id,
      privateAddress: record.privateAddress,
      macAddress: record.macAddress,
      ...(record.publicAddress === undefined ? {} : { publicAddress: record.publicAddress }),
      subnetId: record.subnetId,
      securityGroupIds: record.securityGroupIds,
    })),
  };
};

/** Of the entry that ends every network ACL. */
const lastRuleNumber = 32_767;

const partsOfVpc: ReadonlySet<string> = new Set(
  [vpcs, subnets, securityGroups, networkInterfaces, routeTables, networkAcls].map(({ name }) => name),
);

/**
 * The VPC whose VpcSpec a change of the store may have altered, or undefined. A VPC named here may be gone:
 * then `readVpcSpec` throws and nodes are told to remove it.
 */
export const vpcChangedBy = (change: Change): VpcId | undefined => {
  const [id] = change.key.split("/");
  return partsOfVpc.has(change.collection) && id ? vpcId(id) : undefined;
};
