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
import {
  addresses,
  dhcpOptions,
  egressOnlyInternetGateways,
  flowLogs,
  natGateways,
  prefixLists,
  vpcEndpoints,
  vpcPeerings,
} from "./connectivity-collections.ts";

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
export const dhcpOptionsOf = inScope(dhcpOptions);
export const egressOnlyInternetGatewaysOf = inScope(egressOnlyInternetGateways);
export const addressesOf = inScope(addresses);
export const natGatewaysOf = inScope(natGateways);
export const vpcPeeringsOf = inScope(vpcPeerings);
export const vpcEndpointsOf = inScope(vpcEndpoints);
export const prefixListsOf = inScope(prefixLists);
export const flowLogsOf = inScope(flowLogs);

const inVpc =
  <Document>(collection: Collection<Document>) =>
  async (transaction: ReadTransaction, vpcId: VpcId): Promise<readonly Document[]> =>
    (await transaction.list(collection, { prefix: `${vpcId}/` })).map(({ document }) => document);

export const subnetsInVpc = inVpc(subnets);
export const securityGroupsInVpc = inVpc(securityGroups);
export const networkInterfacesInVpc = inVpc(networkInterfaces);
export const routeTablesInVpc = inVpc(routeTables);
export const networkAclsInVpc = inVpc(networkAcls);
export const egressOnlyInternetGatewaysInVpc = inVpc(egressOnlyInternetGateways);
export const natGatewaysInVpc = inVpc(natGateways);
export const vpcEndpointsInVpc = inVpc(vpcEndpoints);
export const flowLogsInVpc = inVpc(flowLogs);

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
export const findEgressOnlyInternetGateway = byId(egressOnlyInternetGateways);
export const findNatGateway = byId(natGateways);
export const findVpcEndpoint = byId(vpcEndpoints);
export const findFlowLog = byId(flowLogs);
export const findDhcpOptions = (transaction: ReadTransaction, id: string) => transaction.get(dhcpOptions, id);
export const findAddress = (transaction: ReadTransaction, id: string) => transaction.get(addresses, id);
export const findPrefixList = (transaction: ReadTransaction, id: string) => transaction.get(prefixLists, id);
export const findVpcPeering = (transaction: ReadTransaction, id: string) => transaction.get(vpcPeerings, id);
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

/** The gateway that is attached to the VPC: there is at most one. */
export const internetGatewayOfVpc = async (transaction: ReadTransaction, vpc: OwnedResource & { readonly id: VpcId }) =>
  (await internetGatewaysOf(transaction, vpc)).find(({ vpcId }) => vpcId === vpc.id);
export const peeringsOfVpc = (transaction: ReadTransaction, vpcId: VpcId) =>
  withIndex(transaction, vpcPeerings, "vpc", vpcId);
export const routeTablesWithDestination = (transaction: ReadTransaction, destination: string) =>
  withIndex(transaction, routeTables, "destination", destination);
export const securityGroupsWithPrefixList = (transaction: ReadTransaction, prefixListId: string) =>
  withIndex(transaction, securityGroups, "prefixList", prefixListId);
const watched = async <Document>(
  transaction: ReadTransaction,
  collection: Collection<Document>,
  index: string,
  value: string,
): Promise<Document | undefined> => {
  const [found] = await transaction.list(collection, { index: { name: index, value }, limit: 1 });
  return found === undefined ? undefined : transaction.get(collection, found.key);
};
export const findRouteTableOfAssociation = (transaction: ReadTransaction, associationId: string) =>
  watched(transaction, routeTables, "association", associationId);
export const findNetworkAclOfAssociation = (transaction: ReadTransaction, associationId: string) =>
  watched(transaction, networkAcls, "association", associationId);
export const findAddressOfAssociation = (transaction: ReadTransaction, associationId: string) =>
  watched(transaction, addresses, "association", associationId);
export const findAddressByPublicAddress = (transaction: ReadTransaction, publicAddress: string) =>
  watched(transaction, addresses, "publicAddress", publicAddress);
/** The active peering of two VPCs. */
export const activePeeringBetween = async (transaction: ReadTransaction, one: VpcId, other: VpcId) =>
  (await peeringsOfVpc(transaction, one)).find(
    ({ status, requester, accepter }) =>
      status === "active" && (requester.vpcId === other || accepter.vpcId === other) && one !== other,
  );
