import type { NatGatewaySpec, RouteSpec, RouteTableSpec, SubnetSpec, VpcSpec } from "@fleetless/kernel";
import { blockCovers, formatIpv4Block, type Ipv4Block, isInBlock, parseIpv4, parseIpv4Block } from "./ipv4.ts";

/** All IPv4 blocks of a VPC: within them its own routes lead to its interfaces. */
export const vpcBlocks = (vpc: VpcSpec): readonly string[] => [vpc.cidr, ...vpc.secondaryCidrs];

export const subnetOfAddress = (vpc: VpcSpec, address: string): SubnetSpec | undefined =>
  vpc.subnets.find((subnet) => isInBlock(subnet.cidr, address));

export const routeTableOf = (vpc: VpcSpec, subnet: SubnetSpec): RouteTableSpec =>
  vpc.routeTables.find((table) => table.id === subnet.routeTableId) ?? { id: subnet.routeTableId, routes: [] };

/**
 * A table's IPv4 routes with the VPC's own, which every table has, though it may not list them. Of two with one
 * destination the first stands.
 */
export const ipv4Routes = (vpc: VpcSpec, table: RouteTableSpec): ReadonlyMap<string, RouteSpec> => {
  const routes = new Map<string, RouteSpec>();
  const own = vpcBlocks(vpc).map((destination): RouteSpec => ({ destination, target: { kind: "local" } }));
  for (const route of [...own, ...table.routes]) {
    const block = parseIpv4Block(route.destination);
    if (block === undefined) continue;
    const destination = formatIpv4Block(block);
    if (!routes.has(destination)) routes.set(destination, { ...route, destination });
  }
  return routes;
};

/** The route with the longest prefix that covers the address. */
export const lookUpRoute = (vpc: VpcSpec, table: RouteTableSpec, address: string): RouteSpec | undefined => {
  if (parseIpv4(address) === undefined) return undefined;
  let best: RouteSpec | undefined;
  let length = -1;
  for (const route of ipv4Routes(vpc, table).values()) {
    const prefixLength = parseIpv4Block(route.destination)?.prefixLength ?? -1;
    if (prefixLength > length && isInBlock(route.destination, address)) [best, length] = [route, prefixLength];
  }
  return best;
};

/** Where packets to a destination leave the VPC's router. */
export type Exit =
  | { readonly kind: "local" }
  | { readonly kind: "internet" }
  | { readonly kind: "peering"; readonly id: string }
  | { readonly kind: "nowhere" };

/** A route whose NAT gateway, if there is one on the way, has been followed to where it leads. */
export interface ResolvedRoute {
  readonly destination: string;
  readonly exit: Exit;
  readonly nat?: NatGatewaySpec;
}

const nowhere: Exit = { kind: "nowhere" };

const directExit = ({ target }: RouteSpec): Exit => {
  if (target.kind === "local") return { kind: "local" };
  if (target.kind === "internet-gateway") return { kind: "internet" };
  if (target.kind === "vpc-peering-connection") return { kind: "peering", id: target.id };
  return nowhere;
};

/**
 * What a NAT gateway does with packets that its own subnet's table leads there. One without a public address has no
 * way through an internet gateway; one behind another, or back into the VPC, is not followed.
 */
const exitBehind = (nat: NatGatewaySpec, route: RouteSpec): Exit => {
  const exit = directExit(route);
  if (exit.kind === "local") return nowhere;
  if (exit.kind === "internet" && (nat.connectivity === "private" || nat.publicAddress === undefined)) return nowhere;
  return exit;
};

/** The address that a NAT gateway puts in place of the sender's. */
export const translatedSource = (nat: NatGatewaySpec, exit: Exit): string =>
  exit.kind === "internet" ? (nat.publicAddress ?? nat.privateAddress) : nat.privateAddress;

interface Prefixed {
  readonly block: Ipv4Block;
  readonly route: RouteSpec;
}

const prefixed = (vpc: VpcSpec, table: RouteTableSpec): readonly Prefixed[] =>
  [...ipv4Routes(vpc, table).values()].flatMap((route) => {
    const block = parseIpv4Block(route.destination);
    return block === undefined ? [] : [{ block, route }];
  });

/** The routes behind a NAT gateway for what one route leads to it: the parts of its destination, each with its exit. */
const behindNat = (vpc: VpcSpec, { block, route }: Prefixed): readonly ResolvedRoute[] => {
  const destination = formatIpv4Block(block);
  const nat = vpc.natGateways.find((gateway) => gateway.id === (route.target.kind === "local" ? "" : route.target.id));
  const subnet = vpc.subnets.find((each) => each.id === nat?.subnetId);
  if (nat === undefined || subnet === undefined) return [{ destination, exit: nowhere }];
  const beyond = prefixed(vpc, routeTableOf(vpc, subnet));
  const covering = beyond
    .filter((each) => blockCovers(each.block, block))
    .sort((one, other) => other.block.prefixLength - one.block.prefixLength)[0];
  const inner = beyond.filter((each) => each !== covering && blockCovers(block, each.block));
  return [
    { destination, exit: covering === undefined ? nowhere : exitBehind(nat, covering.route), nat },
    ...inner
      .filter((each) => formatIpv4Block(each.block) !== destination)
      .map((each) => ({ destination: formatIpv4Block(each.block), exit: exitBehind(nat, each.route), nat })),
  ];
};

/**
 * A table's routes with NAT gateways followed, longest prefix first, so that the first that covers an address decides.
 * Where no route leads, none is here.
 */
export const resolveRoutes = (vpc: VpcSpec, table: RouteTableSpec): readonly ResolvedRoute[] => {
  const direct = prefixed(vpc, table);
  const resolved = new Map<string, ResolvedRoute>();
  for (const { route } of direct) {
    if (route.target.kind === "nat-gateway") continue;
    resolved.set(route.destination, { destination: route.destination, exit: directExit(route) });
  }
  const nats = direct
    .filter(({ route }) => route.target.kind === "nat-gateway")
    .sort((one, other) => other.block.prefixLength - one.block.prefixLength);
  for (const entry of nats) {
    for (const part of behindNat(vpc, entry)) {
      const block = parseIpv4Block(part.destination);
      if (block === undefined || resolved.has(part.destination)) continue;
      // A longer prefix of the table itself has the part already.
      const taken = direct.some(
        (other) =>
          other !== entry && other.block.prefixLength > entry.block.prefixLength && blockCovers(other.block, block),
      );
      if (!taken) resolved.set(part.destination, part);
    }
  }
  const length = ({ destination }: ResolvedRoute): number => parseIpv4Block(destination)?.prefixLength ?? 0;
  return [...resolved.values()].sort(
    (one, other) => length(other) - length(one) || one.destination.localeCompare(other.destination),
  );
};
