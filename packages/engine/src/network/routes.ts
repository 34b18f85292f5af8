import type { NatGatewaySpec, RouteSpec, RouteTableSpec, SubnetSpec, VpcSpec } from "@fleetless/kernel";
import {
  blockCovers,
  familyOf,
  formatBlock,
  type IpBlock,
  type IpFamily,
  isAddress,
  isInBlock,
  parseBlock,
  subnetBlock,
  vpcBlocks,
} from "./ip-family.ts";

export const subnetOfAddress = (vpc: VpcSpec, address: string): SubnetSpec | undefined => {
  const family = familyOf(address);
  return vpc.subnets.find((subnet) => isInBlock(subnetBlock(subnet, family) ?? "", address));
};

export const routeTableOf = (vpc: VpcSpec, subnet: SubnetSpec): RouteTableSpec =>
  vpc.routeTables.find((table) => table.id === subnet.routeTableId) ?? { id: subnet.routeTableId, routes: [] };

/** What people know the table by. */
export const tableIdOf = ({ id, partOf }: RouteTableSpec): string => partOf ?? id;

/**
 * A table's routes of one family with the VPC's own, which every table has, though it may not list them. Of two with
 * one destination the first stands.
 */
const routesOfFamily = (vpc: VpcSpec, table: RouteTableSpec, family: IpFamily): ReadonlyMap<string, RouteSpec> => {
  const routes = new Map<string, RouteSpec>();
  const own = vpcBlocks(vpc, family).map((destination): RouteSpec => ({ destination, target: { kind: "local" } }));
  for (const route of [...own, ...table.routes]) {
    const block = parseBlock(route.destination, family);
    if (block === undefined) continue;
    const destination = formatBlock(block);
    if (!routes.has(destination)) routes.set(destination, { ...route, destination });
  }
  return routes;
};

/** The route with the longest prefix that covers the address. */
export const lookUpRoute = (vpc: VpcSpec, table: RouteTableSpec, address: string): RouteSpec | undefined => {
  if (!isAddress(address)) return undefined;
  let best: RouteSpec | undefined;
  let length = -1;
  for (const route of routesOfFamily(vpc, table, familyOf(address)).values()) {
    const prefixLength = parseBlock(route.destination)?.prefixLength ?? -1;
    if (prefixLength > length && isInBlock(route.destination, address)) [best, length] = [route, prefixLength];
  }
  return best;
};

/** Where packets to a destination leave the VPC's router. */
export type Exit =
  | { readonly kind: "local" }
  | { readonly kind: "internet" }
  /** To the internet by an egress-only gateway, through which nothing comes in but answers. */
  | { readonly kind: "internet-outward" }
  | { readonly kind: "peering"; readonly id: string }
  | { readonly kind: "nowhere" };

/** A route whose NAT gateway, if there is one on the way, has been followed to where it leads. */
export interface ResolvedRoute {
  readonly destination: string;
  readonly exit: Exit;
  readonly nat?: NatGatewaySpec;
}

const nowhere: Exit = { kind: "nowhere" };

/** Whether VPC Block Public Access lets nothing of this pass a gateway to the internet. */
export const isClosed = (
  { publicAccess }: RouteTableSpec,
  target: RouteSpec["target"],
  translated: boolean,
): boolean => {
  if (target.kind === "egress-only-internet-gateway") return publicAccess === "none";
  if (target.kind !== "internet-gateway") return false;
  return publicAccess === "none" || (publicAccess === "outward" && !translated);
};

const directExit = ({ target, destination }: RouteSpec, table: RouteTableSpec, translated: boolean): Exit => {
  if (isClosed(table, target, translated)) return nowhere;
  if (target.kind === "local") return { kind: "local" };
  if (target.kind === "internet-gateway") return { kind: "internet" };
  if (target.kind === "vpc-peering-connection") return { kind: "peering", id: target.id };
  if (target.kind === "egress-only-internet-gateway" && familyOf(destination) === "ipv6") {
    return { kind: "internet-outward" };
  }
  return nowhere;
};

/**
 * What a NAT gateway does with packets that its own subnet's table leads there. One without a public address has no
 * way through an internet gateway; one behind another, or back into the VPC, is not followed.
 */
const exitBehind = (nat: NatGatewaySpec, route: RouteSpec, table: RouteTableSpec): Exit => {
  const exit = directExit(route, table, true);
  if (exit.kind === "local") return nowhere;
  if (exit.kind === "internet" && (nat.connectivity === "private" || nat.publicAddress === undefined)) return nowhere;
  return exit;
};

/** The address that a NAT gateway puts in place of the sender's. */
export const translatedSource = (nat: NatGatewaySpec, exit: Exit): string =>
  exit.kind === "internet" ? (nat.publicAddress ?? nat.privateAddress) : nat.privateAddress;

interface Prefixed {
  readonly block: IpBlock;
  readonly route: RouteSpec;
}

const prefixed = (vpc: VpcSpec, table: RouteTableSpec, family: IpFamily): readonly Prefixed[] =>
  [...routesOfFamily(vpc, table, family).values()].flatMap((route) => {
    const block = parseBlock(route.destination, family);
    return block === undefined ? [] : [{ block, route }];
  });

/** The routes behind a NAT gateway for what one route leads to it: the parts of its destination, each with its exit. */
const behindNat = (vpc: VpcSpec, { block, route }: Prefixed): readonly ResolvedRoute[] => {
  const destination = formatBlock(block);
  // It translates IPv4 alone.
  if (familyOf(destination) === "ipv6") return [{ destination, exit: nowhere }];
  const nat = vpc.natGateways.find((gateway) => gateway.id === (route.target.kind === "local" ? "" : route.target.id));
  const subnet = vpc.subnets.find((each) => each.id === nat?.subnetId);
  if (nat === undefined || subnet === undefined) return [{ destination, exit: nowhere }];
  const natTable = routeTableOf(vpc, subnet);
  const beyond = prefixed(vpc, natTable, "ipv4");
  const covering = beyond
    .filter((each) => blockCovers(each.block, block))
    .sort((one, other) => other.block.prefixLength - one.block.prefixLength)[0];
  const inner = beyond.filter((each) => each !== covering && blockCovers(block, each.block));
  return [
    { destination, exit: covering === undefined ? nowhere : exitBehind(nat, covering.route, natTable), nat },
    ...inner
      .filter((each) => formatBlock(each.block) !== destination)
      .map((each) => ({ destination: formatBlock(each.block), exit: exitBehind(nat, each.route, natTable), nat })),
  ];
};

/**
 * A table's routes of one family with NAT gateways followed, longest prefix first, so that the first that covers an address decides.
 * Where no route leads, none is here.
 */
export const resolveRoutes = (
  vpc: VpcSpec,
  table: RouteTableSpec,
  family: IpFamily = "ipv4",
): readonly ResolvedRoute[] => {
  const direct = prefixed(vpc, table, family);
  const resolved = new Map<string, ResolvedRoute>();
  for (const { route } of direct) {
    if (route.target.kind === "nat-gateway") continue;
    resolved.set(route.destination, { destination: route.destination, exit: directExit(route, table, false) });
  }
  const nats = direct
    .filter(({ route }) => route.target.kind === "nat-gateway")
    .sort((one, other) => other.block.prefixLength - one.block.prefixLength);
  for (const entry of nats) {
    for (const part of behindNat(vpc, entry)) {
      const block = parseBlock(part.destination);
      if (block === undefined || resolved.has(part.destination)) continue;
      // A longer prefix of the table itself has the part already.
      const taken = direct.some(
        (other) =>
          other !== entry && other.block.prefixLength > entry.block.prefixLength && blockCovers(other.block, block),
      );
      if (!taken) resolved.set(part.destination, part);
    }
  }
  const length = ({ destination }: ResolvedRoute): number => parseBlock(destination)?.prefixLength ?? 0;
  return [...resolved.values()].sort(
    (one, other) => length(other) - length(one) || one.destination.localeCompare(other.destination),
  );
};

/** Whether anything gets out through an internet gateway that a NAT gateway in this subnet has translated. */
export const leadsTranslatedToInternet = (vpc: VpcSpec, subnet: SubnetSpec): boolean => {
  const table = routeTableOf(vpc, subnet);
  return prefixed(vpc, table, "ipv4").some(({ route }) => directExit(route, table, true).kind === "internet");
};
