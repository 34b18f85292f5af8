import { newEc2Id, type ServiceError, type VpcId } from "@fleetless/kernel";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import type { OwnedResource } from "./collections.ts";
import { vpcGuards, vpcRevisions } from "./connectivity-collections.ts";
import {
  allocationNotFound,
  customerGatewayNotFound,
  dhcpOptionsNotFound,
  egressOnlyInternetGatewayNotFound,
  flowLogNotFound,
  insightsAnalysisNotFound,
  insightsPathNotFound,
  internetGatewayNotFound,
  missingParameter,
  natGatewayNotFound,
  networkAclNotFound,
  networkInterfaceNotFound,
  routeTableNotFound,
  securityGroupNotFound,
  subnetNotFound,
  vpcEndpointNotFound,
  vpcNotFound,
  vpnGatewayNotFound,
} from "./errors.ts";
import { findInsightsAnalysis, findInsightsPath } from "./network-insights-repository.ts";
import {
  findAddress,
  findDhcpOptions,
  findEgressOnlyInternetGateway,
  findFlowLog,
  findInternetGateway,
  findNatGateway,
  findNetworkAcl,
  findNetworkInterface,
  findRouteTable,
  findSecurityGroup,
  findSubnet,
  findVpc,
  findVpcEndpoint,
  peeringsOfVpc,
  type Scope,
} from "./repository.ts";
import { findCustomerGateway, findVpnGateway } from "./vpn-collections.ts";

/** A create that ends inside of a VPC must meet the VPC's deletion, whichever comes first. */
export const guardVpc = async (transaction: Transaction, id: VpcId): Promise<void> => {
  const guard = await transaction.get(vpcGuards, id);
  transaction.put(vpcGuards, id, { parts: (guard?.parts ?? 0) + 1 });
};

/** Has nodes learn the VPC anew although none of its own documents changed. */
export const touchVpc = (transaction: Transaction, id: VpcId): void => {
  transaction.put(vpcRevisions, id, { cause: newEc2Id("change") });
};

/** Has the nodes of all peered VPCs learn anew what they know of this one: its blocks and its interfaces. */
export const touchPeers = async (transaction: Transaction, id: VpcId): Promise<void> => {
  for (const { status, requester, accepter } of await peeringsOfVpc(transaction, id)) {
    if (status === "active") touchVpc(transaction, requester.vpcId === id ? accepter.vpcId : requester.vpcId);
  }
};

const isOwn = (resource: OwnedResource, scope: Scope): boolean =>
  resource.accountId === scope.accountId && resource.region === scope.region;

/** What an id of a request names in the caller's account and region. Throws MissingParameter and the not-found error. */
export const requireOwned =
  <Document extends OwnedResource>(
    parameter: string,
    find: (transaction: ReadTransaction, id: string) => Promise<Document | undefined>,
    notFound: (id: string) => ServiceError,
  ) =>
  async (transaction: ReadTransaction, scope: Scope, id: string | undefined): Promise<Document> => {
    if (id === undefined || id === "") throw missingParameter(parameter);
    const found = await find(transaction, id);
    if (found === undefined || !isOwn(found, scope)) throw notFound(id);
    return found;
  };

export const requireVpc = requireOwned("vpcId", findVpc, vpcNotFound);
export const requireSubnet = requireOwned("subnetId", findSubnet, subnetNotFound);
export const requireRouteTable = requireOwned("routeTableId", findRouteTable, routeTableNotFound);
export const requireInternetGateway = requireOwned("internetGatewayId", findInternetGateway, internetGatewayNotFound);
export const requireEgressOnlyInternetGateway = requireOwned(
  "egressOnlyInternetGatewayId",
  findEgressOnlyInternetGateway,
  egressOnlyInternetGatewayNotFound,
);
export const requireCustomerGateway = requireOwned("customerGatewayId", findCustomerGateway, customerGatewayNotFound);
export const requireVpnGateway = requireOwned("vpnGatewayId", findVpnGateway, vpnGatewayNotFound);
export const requireNetworkAcl = requireOwned("networkAclId", findNetworkAcl, networkAclNotFound);
export const requireNetworkInterface = requireOwned(
  "networkInterfaceId",
  findNetworkInterface,
  networkInterfaceNotFound,
);
export const requireDhcpOptions = requireOwned("dhcpOptionsId", findDhcpOptions, dhcpOptionsNotFound);
export const requireAddress = requireOwned("allocationId", findAddress, allocationNotFound);
export const requireNatGateway = requireOwned("natGatewayId", findNatGateway, natGatewayNotFound);
export const requireVpcEndpoint = requireOwned("vpcEndpointId", findVpcEndpoint, vpcEndpointNotFound);
export const requireFlowLog = requireOwned("flowLogId", findFlowLog, flowLogNotFound);
export const requireSecurityGroupById = requireOwned("groupId", findSecurityGroup, securityGroupNotFound);
export const requireInsightsPath = requireOwned("networkInsightsPathId", findInsightsPath, insightsPathNotFound);
export const requireInsightsAnalysis = requireOwned(
  "networkInsightsAnalysisId",
  findInsightsAnalysis,
  insightsAnalysisNotFound,
);
