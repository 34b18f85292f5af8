import type { SecurityGroupId, VpcId } from "@fleetless/kernel";
import type { Collection, ReadTransaction } from "../../state/store.ts";
import {
  defaultVpcs,
  internetGateways,
  networkAcls,
  networkInterfaces,
  type OwnedResource,
  routeTables,
  type SecurityGroupRecord,
  scopeOf,
  securityGroupNames,
  securityGroups,
  subnets,
  vpcs,
} from "./collections.ts";

export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

const inScope =
  <Document extends OwnedResource>(collection: Collection<Document>) =>
  async (transaction: ReadTransaction, scope: Scope): Promise<readonly Document[]> =>
    (await transaction.list(collection, { index: { name: "scope", value: scopeOf(scope) } })).map(
      ({ document }) => document,
    );

export const vpcsOf = inScope(vpcs);
export const subnetsOf = inScope(subnets);
export const securityGroupsOf = inScope(securityGroups);
export const networkInterfacesOf = inScope(networkInterfaces);
export const routeTablesOf = inScope(routeTables);
export const networkAclsOf = inScope(networkAcls);
export const internetGatewaysOf = inScope(internetGateways);

const inVpc =
  <Document>(collection: Collection<Document>) =>
  async (transaction: ReadTransaction, vpcId: VpcId): Promise<readonly Document[]> =>
    (await transaction.list(collection, { prefix: `${vpcId}/` })).map(({ document }) => document);

export const subnetsInVpc = inVpc(subnets);
export const securityGroupsInVpc = inVpc(securityGroups);
export const networkInterfacesInVpc = inVpc(networkInterfaces);
export const routeTablesInVpc = inVpc(routeTables);
export const networkAclsInVpc = inVpc(networkAcls);

/** The listing finds the key; the get makes the transaction watch the document. */
const byId =
  <Document>(collection: Collection<Document>) =>
  async (transaction: ReadTransaction, id: string): Promise<Document | undefined> => {
    const [found] = await transaction.list(collection, { index: { name: "id", value: id }, limit: 1 });
    return found === undefined ? undefined : transaction.get(collection, found.key);
  };

export const findVpc = (transaction: ReadTransaction, id: string) => transaction.get(vpcs, id);
export const findSubnet = byId(subnets);
export const findSecurityGroup = byId(securityGroups);
export const findNetworkInterface = byId(networkInterfaces);
export const findRouteTable = byId(routeTables);
export const findNetworkAcl = byId(networkAcls);
export const findInternetGateway = (transaction: ReadTransaction, id: string) => transaction.get(internetGateways, id);

export const findDefaultVpcId = async (transaction: ReadTransaction, scope: Scope): Promise<VpcId | undefined> =>
  (await transaction.get(defaultVpcs, scopeOf(scope)))?.vpcId;

/** The group named `name` in a VPC; every VPC has one named `default`. */
export const findSecurityGroupByName = async (
  transaction: ReadTransaction,
  vpcId: VpcId,
  name: string,
): Promise<SecurityGroupRecord | undefined> => {
  const taken = await transaction.get(securityGroupNames, `${vpcId}/${name}`);
  return taken === undefined ? undefined : transaction.get(securityGroups, `${vpcId}/${taken.id}`);
};

const withIndex = async <Document>(
  transaction: ReadTransaction,
  collection: Collection<Document>,
  name: string,
  value: string,
): Promise<readonly Document[]> =>
  (await transaction.list(collection, { index: { name, value } })).map(({ document }) => document);

export const securityGroupsWithRule = (transaction: ReadTransaction, ruleId: string) =>
  withIndex(transaction, securityGroups, "rule", ruleId);
/** Groups that name this one as the source or destination of a rule. */
export const securityGroupsReferencing = (transaction: ReadTransaction, groupId: SecurityGroupId) =>
  withIndex(transaction, securityGroups, "referenced", groupId);
export const networkInterfacesInGroup = (transaction: ReadTransaction, groupId: SecurityGroupId) =>
  withIndex(transaction, networkInterfaces, "securityGroup", groupId);
