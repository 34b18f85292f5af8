import type { CreateRouteRequest, ReplaceRouteRequest } from "@aws-sdk/client-ec2";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { canonicalCidr, cidrContains, familyOf } from "./cidr.ts";
import { keyInVpc, type RouteRecord, type RouteTableRecord, routeTables } from "./collections.ts";
import {
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  natGatewayIdNotFound,
  notSupported,
  routeExists,
  routeNotFound,
  tooManyRoutes,
  vpcPeeringNotFound,
} from "./errors.ts";
import {
  requireEgressOnlyInternetGateway,
  requireInternetGateway,
  requireNetworkInterface,
  requireVpnGateway,
} from "./ownership.ts";
import { requirePrefixList } from "./prefix-lists.ts";
import { refuseParameters } from "./refuse-parameters.ts";
import { findNatGateway, findVpcPeering } from "./repository.ts";
import { natGatewayState } from "./views/gateways.ts";

type Destination = Pick<
  CreateRouteRequest,
  "DestinationCidrBlock" | "DestinationIpv6CidrBlock" | "DestinationPrefixListId"
>;

const readBlock = (text: string, family: "IPv4" | "IPv6", parameter: string): string => {
  const cidr = canonicalCidr(text);
  if (cidr === undefined || familyOf(cidr) !== family) {
    throw invalidParameterValue(
      `Value (${text.slice(0, 60)}) for parameter ${parameter} is invalid. This is not a valid CIDR block.`,
    );
  }
  return cidr;
};

/** A block in canonical form or the id of a prefix list. Throws MissingParameter and InvalidParameterValue. */
const readDestination = (input: Destination): string => {
  const { DestinationCidrBlock: ipv4, DestinationIpv6CidrBlock: ipv6, DestinationPrefixListId: list } = input;
  const given = [ipv4, ipv6, list].filter((value) => value !== undefined && value !== "");
  if (given.length > 1) throw invalidParameterCombination("Only one destination of a route may be given.");
  if (ipv4) return readBlock(ipv4, "IPv4", "destinationCidrBlock");
  if (ipv6) return readBlock(ipv6, "IPv6", "destinationIpv6CidrBlock");
  if (list) return list;
  throw missingParameter("destinationCidrBlock");
};

type Targets = Omit<ReplaceRouteRequest, keyof Destination | "RouteTableId" | "DryRun" | "LocalTarget">;

const readTarget = (input: Targets): string => {
  refuseParameters(input, [
    "InstanceId",
    "TransitGatewayId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
    "OdbNetworkArn",
  ]);
  const given = [
    input.GatewayId,
    input.NatGatewayId,
    input.NetworkInterfaceId,
    input.VpcPeeringConnectionId,
    input.EgressOnlyInternetGatewayId,
    input.VpcEndpointId,
  ].filter((id) => id !== undefined && id !== "");
  const [target] = given;
  if (given.length > 1) throw invalidParameterCombination("Only one target of a route may be given.");
  if (target === undefined) throw missingParameter("gatewayId");
  return target;
};

const otherNetwork = (table: RouteTableRecord, noun: string, id: string) =>
  invalidParameterValue(`route table ${table.id} and ${noun} ${id} belong to different networks`);

/** Checks that a route of this table may lead there. Throws the not-found errors, InvalidParameterValue. */
const requireTarget = async (
  transaction: ReadTransaction,
  table: RouteTableRecord,
  target: string,
  destination: string,
): Promise<void> => {
  const prefix = target.slice(0, target.lastIndexOf("-"));
  const isIpv6 = familyOf(destination) === "IPv6";
  switch (prefix) {
    case "igw": {
      const gateway = await requireInternetGateway(transaction, table, target);
      if (gateway.vpcId !== table.vpcId) throw otherNetwork(table, "network gateway", target);
      return;
    }
    case "vgw": {
      const gateway = await requireVpnGateway(transaction, table, target);
      if (gateway.vpcId !== table.vpcId) throw otherNetwork(table, "network gateway", target);
      return;
    }
    case "eigw": {
      const gateway = await requireEgressOnlyInternetGateway(transaction, table, target);
      if (gateway.vpcId !== table.vpcId) throw otherNetwork(table, "network gateway", target);
      if (!isIpv6) throw invalidParameterValue("An egress-only internet gateway carries IPv6 alone.");
      return;
    }
    case "nat": {
      const gateway = await findNatGateway(transaction, target);
      if (gateway === undefined || gateway.accountId !== table.accountId || natGatewayState(gateway) === "deleted") {
        throw natGatewayIdNotFound(target);
      }
      if (gateway.vpcId !== table.vpcId) throw otherNetwork(table, "nat gateway", target);
      return;
    }
    case "eni": {
      const { vpcId } = await requireNetworkInterface(transaction, table, target);
      if (vpcId !== table.vpcId) throw otherNetwork(table, "interface", target);
      return;
    }
    case "pcx": {
      const peering = await findVpcPeering(transaction, target);
      if (peering === undefined) throw vpcPeeringNotFound(target);
      const sides: readonly string[] = [peering.requester.vpcId, peering.accepter.vpcId];
      if (!sides.includes(table.vpcId)) throw otherNetwork(table, "vpc peering connection", target);
      return;
    }
    case "vpce":
      throw notSupported("A route to a Gateway Load Balancer endpoint (gateway endpoints add their routes themselves)");
    default:
      throw notSupported(`A route to ${target.slice(0, 60)}`);
  }
};

const targetOf = async (
  transaction: ReadTransaction,
  table: RouteTableRecord,
  input: Targets,
  destination: string,
): Promise<string> => {
  const target = readTarget(input);
  if (target === "local") throw invalidParameterValue("The local route of a VPC cannot be made by a caller.");
  if (destination.startsWith("pl-")) await requirePrefixList(transaction, table, destination);
  const local = table.routes.find(
    (route) => route.gatewayId === "local" && cidrContains(route.destinationCidr, destination),
  );
  if (local !== undefined && !target.startsWith("eni-")) {
    throw invalidParameterValue(
      `The destination CIDR block ${destination} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance.`,
    );
  }
  await requireTarget(transaction, table, target, destination);
  return target;
};

/** AWS's quota is 50 and may be raised to this. */
const maximumRoutes = 1000;

/**
 * Adds a route; the same one again is no error. Throws RouteAlreadyExists, RouteLimitExceeded and what the
 * destination's and the target's checks throw.
 */
export const addRoute = async (
  transaction: Transaction,
  table: RouteTableRecord,
  input: CreateRouteRequest,
): Promise<void> => {
  const destinationCidr = readDestination(input);
  const gatewayId = await targetOf(transaction, table, input, destinationCidr);
  const same = table.routes.find((route) => route.destinationCidr === destinationCidr);
  if (same?.gatewayId === gatewayId) return;
  if (same !== undefined) throw routeExists(destinationCidr);
  if (table.routes.length >= maximumRoutes) throw tooManyRoutes();
  const route: RouteRecord = { destinationCidr, gatewayId, origin: "CreateRoute" };
  transaction.put(routeTables, keyInVpc(table), { ...table, routes: [...table.routes, route] });
};

/** Gives a route another target. Throws InvalidRoute.NotFound and what the target's checks throw. */
export const replaceRouteTarget = async (
  transaction: Transaction,
  table: RouteTableRecord,
  input: ReplaceRouteRequest,
): Promise<void> => {
  refuseParameters(input, ["LocalTarget"]);
  const destination = readDestination(input);
  const known = table.routes.find((route) => route.destinationCidr === destination);
  if (known === undefined) throw routeNotFound(destination, table.id);
  if (known.gatewayId === "local") throw notSupported("Replacing the target of a local route");
  const gatewayId = await targetOf(transaction, table, input, destination);
  const routes = table.routes.map((route) => (route === known ? { ...route, gatewayId } : route));
  transaction.put(routeTables, keyInVpc(table), { ...table, routes });
};

/** Throws InvalidRoute.NotFound, and InvalidParameterValue for a local route. */
export const removeRoute = (transaction: Transaction, table: RouteTableRecord, input: Destination): void => {
  const destination = readDestination(input);
  const known = table.routes.find((route) => route.destinationCidr === destination);
  if (known === undefined) throw routeNotFound(destination, table.id);
  if (known.gatewayId === "local" || known.gatewayId.startsWith("vpce-")) {
    const kind = known.gatewayId === "local" ? "local route" : "route of a gateway endpoint";
    throw invalidParameterValue(`cannot remove ${kind} ${destination} in route table ${table.id}`);
  }
  const routes = table.routes.filter((route) => route !== known);
  transaction.put(routeTables, keyInVpc(table), { ...table, routes });
};
