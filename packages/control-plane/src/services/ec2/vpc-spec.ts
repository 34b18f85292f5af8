import { type SecurityGroupRuleSpec, type VpcId, type VpcSpec, vpcId } from "@fleetless/kernel";
import type { Change, ReadTransaction } from "../../state/store.ts";
import {
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
import { findVpc, networkInterfacesInVpc, routeTablesInVpc, securityGroupsInVpc, subnetsInVpc } from "./repository.ts";

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

/** All that a node must know to enforce the VPC. Throws InvalidVpcID.NotFound. */
export const readVpcSpec = async (transaction: ReadTransaction, id: VpcId): Promise<VpcSpec> => {
  const vpc = await findVpc(transaction, id);
  if (vpc === undefined) throw vpcNotFound(id);
  const tables = await routeTablesInVpc(transaction, id);
  return {
    id,
    cidr: vpc.cidr,
    region: vpc.region,
    subnets: (await subnetsInVpc(transaction, id)).map((subnet) => ({
      id: subnet.id,
      cidr: subnet.cidr,
      availabilityZone: subnet.availabilityZone,
      internetGateway: (routeTableOf(subnet, tables)?.routes ?? []).some(
        ({ destinationCidr, gatewayId }) => destinationCidr === "0.0.0.0/0" && gatewayId.startsWith("igw-"),
      ),
    })),
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

const partsOfVpc: ReadonlySet<string> = new Set(
  [vpcs, subnets, securityGroups, networkInterfaces, routeTables].map(({ name }) => name),
);

/**
 * The VPC whose VpcSpec a change of the store may have altered, or undefined. A VPC named here may be gone:
 * then `readVpcSpec` throws and nodes are told to remove it.
 */
export const vpcChangedBy = (change: Change): VpcId | undefined => {
  const [id] = change.key.split("/");
  return partsOfVpc.has(change.collection) && id ? vpcId(id) : undefined;
};
