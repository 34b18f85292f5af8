import type { ResourceType } from "@aws-sdk/client-ec2";
import { parseArn, type ServiceError } from "@fleetless/kernel";
import type { Collection, ReadTransaction, Store, Transaction } from "../../state/store.ts";
import { exclusions, exclusionsOf, findExclusion } from "./block-public-access.ts";
import {
  internetGateways,
  keyInVpc,
  networkAcls,
  networkInterfaces,
  type OwnedResource,
  routeTables,
  securityGroups,
  subnets,
  type Tags,
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
import { ec2Arn } from "./dependencies.ts";
import {
  allocationNotFound,
  customerGatewayNotFound,
  dhcpOptionsNotFound,
  egressOnlyInternetGatewayNotFound,
  exclusionNotFound,
  flowLogNotFound,
  insightsAnalysisNotFound,
  insightsPathNotFound,
  internetGatewayNotFound,
  malformedId,
  missingParameter,
  natGatewayIdNotFound,
  networkAclNotFound,
  networkInterfaceNotFound,
  notSupported,
  prefixListNotFound,
  routeTableNotFound,
  securityGroupNotFound,
  securityGroupRuleNotFound,
  subnetNotFound,
  tooManyTags,
  vpcEndpointNotFound,
  vpcNotFound,
  vpcPeeringNotFound,
  vpnGatewayNotFound,
} from "./errors.ts";
import { networkInsightsAnalyses, networkInsightsPaths } from "./network-insights-collections.ts";
import {
  findInsightsAnalysis,
  findInsightsPath,
  insightsAnalysesOf,
  insightsPathsOf,
} from "./network-insights-repository.ts";
import {
  addressesOf,
  dhcpOptionsOf,
  egressOnlyInternetGatewaysOf,
  findAddress,
  findDhcpOptions,
  findEgressOnlyInternetGateway,
  findFlowLog,
  findInternetGateway,
  findNatGateway,
  findNetworkAcl,
  findNetworkInterface,
  findPrefixList,
  findRouteTable,
  findSecurityGroup,
  findSubnet,
  findVpc,
  findVpcEndpoint,
  findVpcPeering,
  flowLogsOf,
  internetGatewaysOf,
  natGatewaysOf,
  networkAclsOf,
  networkInterfacesOf,
  prefixListsOf,
  routeTablesOf,
  type Scope,
  securityGroupsOf,
  securityGroupsWithRule,
  subnetsOf,
  vpcEndpointsOf,
  vpcPeeringsOf,
  vpcsOf,
} from "./repository.ts";
import { maximumTags } from "./tags.ts";
import {
  customerGateways,
  customerGatewaysOf,
  findCustomerGateway,
  findVpnGateway,
  vpnGateways,
  vpnGatewaysOf,
} from "./vpn-collections.ts";

export interface TaggedResource {
  readonly id: string;
  readonly resourceType: ResourceType;
  readonly tags: Tags;
}

type ChangeTags = (tags: Tags) => Tags;

/** A kind of resource that carries tags, told by the prefix of its ids. */
interface Taggable {
  readonly resourceType: ResourceType;
  readonly notFound: (id: string) => ServiceError;
  /** False where there is no such resource in the scope. */
  change(transaction: Transaction, scope: Scope, id: string, change: ChangeTags): Promise<boolean>;
  list(transaction: ReadTransaction, scope: Scope): Promise<readonly { readonly id: string; readonly tags: Tags }[]>;
}

const inScope = (resource: OwnedResource | undefined, scope: Scope): resource is OwnedResource =>
  resource !== undefined && resource.accountId === scope.accountId && resource.region === scope.region;

const taggable = <Document extends OwnedResource & { readonly id: string }>(
  resourceType: ResourceType,
  collection: Collection<Document>,
  find: (transaction: ReadTransaction, id: string) => Promise<Document | undefined>,
  list: (transaction: ReadTransaction, scope: Scope) => Promise<readonly Document[]>,
  keyOf: (document: Document) => string,
  notFound: Taggable["notFound"],
): Taggable => ({
  resourceType,
  notFound,
  list,
  change: async (transaction, scope, id, change) => {
    const document = await find(transaction, id);
    if (document === undefined || !inScope(document, scope)) return false;
    transaction.put(collection, keyOf(document), { ...document, tags: change(document.tags) });
    return true;
  },
});

const ownKey = ({ id }: { readonly id: string }): string => id;

const securityGroupRules: Taggable = {
  resourceType: "security-group-rule",
  notFound: securityGroupRuleNotFound,
  list: async (transaction, scope) => (await securityGroupsOf(transaction, scope)).flatMap(({ rules }) => rules),
  change: async (transaction, scope, id, change) => {
    const [found] = await securityGroupsWithRule(transaction, id);
    const group = found === undefined ? undefined : await transaction.get(securityGroups, keyInVpc(found));
    if (group === undefined || !inScope(group, scope)) return false;
    const rules = group.rules.map((rule) => (rule.id === id ? { ...rule, tags: change(rule.tags) } : rule));
    transaction.put(securityGroups, keyInVpc(group), { ...group, rules });
    return true;
  },
};

const taggables: ReadonlyMap<string, Taggable> = new Map([
  ["vpc", taggable("vpc", vpcs, findVpc, vpcsOf, ownKey, vpcNotFound)],
  ["subnet", taggable("subnet", subnets, findSubnet, subnetsOf, keyInVpc, subnetNotFound)],
  [
    "sg",
    taggable("security-group", securityGroups, findSecurityGroup, securityGroupsOf, keyInVpc, securityGroupNotFound),
  ],
  ["sgr", securityGroupRules],
  [
    "eni",
    taggable(
      "network-interface",
      networkInterfaces,
      findNetworkInterface,
      networkInterfacesOf,
      keyInVpc,
      networkInterfaceNotFound,
    ),
  ],
  [
    "igw",
    taggable(
      "internet-gateway",
      internetGateways,
      findInternetGateway,
      internetGatewaysOf,
      ownKey,
      internetGatewayNotFound,
    ),
  ],
  [
    "cgw",
    taggable(
      "customer-gateway",
      customerGateways,
      findCustomerGateway,
      customerGatewaysOf,
      ownKey,
      customerGatewayNotFound,
    ),
  ],
  ["vgw", taggable("vpn-gateway", vpnGateways, findVpnGateway, vpnGatewaysOf, ownKey, vpnGatewayNotFound)],
  [
    "vpcbpa-exclude",
    taggable("vpc-block-public-access-exclusion", exclusions, findExclusion, exclusionsOf, ownKey, exclusionNotFound),
  ],
  ["rtb", taggable("route-table", routeTables, findRouteTable, routeTablesOf, keyInVpc, routeTableNotFound)],
  ["dopt", taggable("dhcp-options", dhcpOptions, findDhcpOptions, dhcpOptionsOf, ownKey, dhcpOptionsNotFound)],
  [
    "eigw",
    taggable(
      "egress-only-internet-gateway",
      egressOnlyInternetGateways,
      findEgressOnlyInternetGateway,
      egressOnlyInternetGatewaysOf,
      keyInVpc,
      egressOnlyInternetGatewayNotFound,
    ),
  ],
  ["eipalloc", taggable("elastic-ip", addresses, findAddress, addressesOf, ownKey, allocationNotFound)],
  ["nat", taggable("natgateway", natGateways, findNatGateway, natGatewaysOf, keyInVpc, natGatewayIdNotFound)],
  ["pcx", taggable("vpc-peering-connection", vpcPeerings, findVpcPeering, vpcPeeringsOf, ownKey, vpcPeeringNotFound)],
  ["vpce", taggable("vpc-endpoint", vpcEndpoints, findVpcEndpoint, vpcEndpointsOf, keyInVpc, vpcEndpointNotFound)],
  ["pl", taggable("prefix-list", prefixLists, findPrefixList, prefixListsOf, ownKey, prefixListNotFound)],
  [
    "nip",
    taggable(
      "network-insights-path",
      networkInsightsPaths,
      findInsightsPath,
      insightsPathsOf,
      ownKey,
      insightsPathNotFound,
    ),
  ],
  [
    "nia",
    taggable(
      "network-insights-analysis",
      networkInsightsAnalyses,
      findInsightsAnalysis,
      insightsAnalysesOf,
      ownKey,
      insightsAnalysisNotFound,
    ),
  ],
  ["fl", taggable("vpc-flow-log", flowLogs, findFlowLog, flowLogsOf, keyInVpc, flowLogNotFound)],
  ["acl", taggable("network-acl", networkAcls, findNetworkAcl, networkAclsOf, keyInVpc, networkAclNotFound)],
]);

const maximumResources = 1000;
const prefixOf = (id: string): string => id.slice(0, id.lastIndexOf("-"));

export const arnOfTaggable = (scope: Scope, id: string): string =>
  ec2Arn(scope, taggables.get(prefixOf(id))?.resourceType ?? "*", id);

/** Changes the tags of all resources or, where one does not exist, of none. */
export const changeTags = async (
  store: Store,
  scope: Scope,
  ids: readonly string[],
  change: ChangeTags,
): Promise<void> => {
  if (ids.length === 0) throw missingParameter("resourceIdSet");
  if (ids.length > maximumResources) throw malformedId(`${ids.length} resources in one call`);
  const limited: ChangeTags = (tags) => {
    const changed = change(tags);
    if (Object.keys(changed).length > maximumTags) throw tooManyTags();
    return changed;
  };
  await store.transaction(async (transaction) => {
    for (const id of ids) {
      if (!/^[a-z-]+-[0-9a-f]+$/.test(id)) throw malformedId(id);
      const kind = taggables.get(prefixOf(id));
      if (kind === undefined) throw notSupported(`Tagging a resource of the kind ${prefixOf(id)}`);
      if (!(await kind.change(transaction, scope, id, limited))) throw kind.notFound(id);
    }
  });
};

export const taggedResources = async (
  transaction: ReadTransaction,
  scope: Scope,
): Promise<readonly TaggedResource[]> => {
  const resources: TaggedResource[] = [];
  for (const { resourceType, list } of taggables.values()) {
    for (const { id, tags } of await list(transaction, scope)) resources.push({ id, resourceType, tags });
  }
  return resources;
};

/** The tags of a resource by its ARN; undefined where there is none. */
export const tagsOfArn = async (transaction: ReadTransaction, text: string): Promise<Tags | undefined> => {
  const arn = parseArn(text);
  const [type, id = "", more] = arn?.resource.split("/") ?? [];
  const kind = taggables.get(prefixOf(id));
  if (arn === undefined || kind === undefined || kind.resourceType !== type || more !== undefined) return undefined;
  return (await kind.list(transaction, arn)).find((resource) => resource.id === id)?.tags;
};
