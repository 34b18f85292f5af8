import type { SubnetConfiguration } from "@aws-sdk/client-ec2";
import { messageOf, newEc2Id } from "@fleetless/kernel";
import { parsePolicy } from "../../authorisation/parse-policy.ts";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { awsPrefixLists } from "./aws-prefix-lists.ts";
import { keyInVpc, type RouteRecord, routeTables, type VpcRecord } from "./collections.ts";
import type { VpcEndpointRecord } from "./connectivity-collections.ts";
import { findEndpointService } from "./endpoint-services.ts";
import {
  duplicateSubnetsInZone,
  invalidParameter,
  invalidParameterValue,
  ipv6OnlySubnet,
  missingParameter,
  notSupported,
  routeExists,
} from "./errors.ts";
import { insertInterface } from "./interface-records.ts";
import { requireRouteTable, requireSubnet } from "./ownership.ts";
import { findRouteTable, vpcEndpointsInVpc } from "./repository.ts";

/** A subnet that the endpoint is to have an interface in, and the address there where the caller chose it. */
export interface EndpointSubnet {
  readonly subnetId: string;
  readonly privateAddress?: string;
}

/** What a caller would add to an endpoint, or take from it. */
export interface EndpointParts {
  readonly subnets: readonly unknown[];
  readonly securityGroups: readonly unknown[];
  readonly routeTables: readonly unknown[];
  readonly privateDns: boolean;
}

/** Throws InvalidParameter for parts that endpoints of the kind do not have. */
export const checkPartsOfKind = (kind: VpcEndpointRecord["kind"], parts: EndpointParts): void => {
  const { subnets, securityGroups, routeTables, privateDns } = parts;
  if (kind === "Gateway" && (subnets.length > 0 || securityGroups.length > 0 || privateDns)) {
    throw invalidParameter("Subnets, security groups and private DNS are for endpoints of the type Interface.");
  }
  if (kind === "Interface" && routeTables.length > 0) {
    throw invalidParameter("Route tables are for endpoints of the type Gateway.");
  }
};

/** Every subnet that a caller names, by its id or with an address. Throws InvalidParameter, UnsupportedOperation. */
export const readEndpointSubnets = (
  subnetIds: readonly string[] | undefined,
  configurations: readonly SubnetConfiguration[] | undefined,
): readonly EndpointSubnet[] => {
  const wanted = new Map<string, EndpointSubnet>((subnetIds ?? []).map((id) => [id, { subnetId: id }]));
  for (const { SubnetId, Ipv4, Ipv6 } of configurations ?? []) {
    if (SubnetId === undefined) throw missingParameter("SubnetConfigurations.SubnetId");
    if (Ipv6 !== undefined) throw notSupported("A VPC endpoint with an IPv6 address");
    wanted.set(SubnetId, { subnetId: SubnetId, ...(Ipv4 === undefined ? {} : { privateAddress: Ipv4 }) });
  }
  return [...wanted.values()];
};

/** Adds an interface of the endpoint in each subnet: at most one in a zone. */
export const addEndpointInterfaces = async (
  transaction: Transaction,
  endpoint: VpcEndpointRecord,
  wanted: readonly EndpointSubnet[],
  now: number,
): Promise<VpcEndpointRecord["interfaces"]> => {
  const added: VpcEndpointRecord["interfaces"][number][] = [];
  for (const { subnetId: id, privateAddress: chosen } of wanted) {
    const subnet = await requireSubnet(transaction, endpoint, id);
    if (subnet.vpcId !== endpoint.vpcId) {
      throw invalidParameterValue(`The subnet ${subnet.id} does not belong to the VPC ${endpoint.vpcId}.`);
    }
    const taken = [...endpoint.interfaces, ...added];
    if (taken.some(({ availabilityZone }) => availabilityZone === subnet.availabilityZone)) {
      throw duplicateSubnetsInZone(subnet.availabilityZone);
    }
    if (subnet.cidr === undefined) throw ipv6OnlySubnet("An endpoint, which has IPv4 addresses, cannot be", subnet.id);
    const record = await insertInterface(
      transaction,
      subnet,
      {
        tags: {},
        description: `VPC Endpoint Interface ${endpoint.id}`,
        securityGroupIds: endpoint.securityGroupIds,
        attachmentId: "",
        ec2AttachmentId: newEc2Id("ela-attach"),
        attachedAt: now,
        ownerId: endpoint.accountId,
        interfaceType: "vpc_endpoint",
      },
      { ipv6AddressCount: 0, privateAddress: chosen },
    );
    const { privateAddress, availabilityZone } = record;
    if (privateAddress === undefined) continue;
    added.push({ id: record.id, subnetId: subnet.id, availabilityZone, privateAddress });
  }
  return added;
};

const prefixListOf = (endpoint: VpcEndpointRecord): string => {
  const list = awsPrefixLists(endpoint.region).find(({ name }) => name === endpoint.serviceName);
  if (list === undefined) throw new Error(`${endpoint.serviceName} has no prefix list.`);
  return list.id;
};

/** Gives tables the route of a gateway endpoint. Throws RouteAlreadyExists where one has another endpoint's. */
export const addEndpointRoutes = async (
  transaction: Transaction,
  endpoint: VpcEndpointRecord,
  routeTableIds: readonly string[],
): Promise<void> => {
  const destinationCidr = prefixListOf(endpoint);
  for (const id of new Set(routeTableIds)) {
    const table = await requireRouteTable(transaction, endpoint, id);
    if (table.vpcId !== endpoint.vpcId) {
      throw invalidParameterValue(`The route table ${table.id} does not belong to the VPC ${endpoint.vpcId}.`);
    }
    if (table.routes.some((route) => route.destinationCidr === destinationCidr)) throw routeExists(destinationCidr);
    const route: RouteRecord = { destinationCidr, gatewayId: endpoint.id, origin: "CreateRoute" };
    transaction.put(routeTables, keyInVpc(table), { ...table, routes: [...table.routes, route] });
  }
};

export const removeEndpointRoutes = async (
  transaction: Transaction,
  endpoint: VpcEndpointRecord,
  routeTableIds: readonly string[],
): Promise<void> => {
  for (const id of routeTableIds) {
    const table = await findRouteTable(transaction, id);
    if (table === undefined) continue;
    const routes = table.routes.filter(({ gatewayId }) => gatewayId !== endpoint.id);
    transaction.put(routeTables, keyInVpc(table), { ...table, routes });
  }
};

/** Checks that private names lead to one endpoint only. Throws InvalidParameter. */
export const requirePrivateNames = async (
  transaction: ReadTransaction,
  vpc: VpcRecord,
  endpoint: VpcEndpointRecord,
): Promise<void> => {
  if (findEndpointService(endpoint, endpoint.region)?.privateNames.length === 0) {
    throw invalidParameter(
      `private-dns-enabled cannot be set because the service ${endpoint.serviceName} does not provide a private DNS name.`,
    );
  }
  if (!vpc.enableDnsSupport || !vpc.enableDnsHostnames) {
    throw invalidParameter(
      "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for " +
        vpc.id,
    );
  }
  const other = (await vpcEndpointsInVpc(transaction, vpc.id)).find(
    (one) => one.id !== endpoint.id && one.privateDnsEnabled && one.serviceName === endpoint.serviceName,
  );
  if (other !== undefined) {
    throw invalidParameter(
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${endpoint.serviceName} in the VPC ${vpc.id}`,
    );
  }
};

/** A policy as its creator gave it. Throws InvalidParameter where it is no policy. */
export const readEndpointPolicy = (text: string): string => {
  try {
    parsePolicy(text, "resource");
  } catch (thrown) {
    throw invalidParameter(`Policy document is not valid: ${messageOf(thrown).slice(0, 300)}`);
  }
  return text;
};
