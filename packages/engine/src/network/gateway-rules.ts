import type { SubnetSpec, VpcSpec } from "@fleetless/kernel";
import { type IpFamily, parseBlock, subnetBlock } from "./ip-family.ts";
import {
  leadsTranslatedToInternet,
  type ResolvedRoute,
  resolveRoutes,
  routeTableOf,
  translatedSource,
} from "./routes.ts";
import type { Chain, Match, Rule, Side } from "./ruleset.ts";

const block = (side: Side, cidr: string): readonly Match[] =>
  parseBlock(cidr)?.prefixLength === 0 ? [] : [{ kind: "block", side, cidr }];

const rule = (matches: readonly Match[], kind: "accept" | "drop" | "return"): Rule => ({ matches, action: { kind } });

/** Addresses that an internet gateway translates, as the set of those that may go out through it is called. */
export const internetSources = "internet-sources";

const chainsByTable = (
  vpc: VpcSpec,
  family: IpFamily,
  suffix: string,
  rulesOf: (routes: readonly ResolvedRoute[]) => readonly Rule[],
): ReadonlyMap<string, Chain> => {
  const chains = new Map<string, Chain>();
  for (const subnet of vpc.subnets) {
    if (chains.has(subnet.routeTableId)) continue;
    const rules = rulesOf(resolveRoutes(vpc, routeTableOf(vpc, subnet), family));
    if (rules.length > 0) chains.set(subnet.routeTableId, { name: `${subnet.routeTableId}-${suffix}`, rules });
  }
  return chains;
};

/** Sends a packet to the chain of the route table of the subnet that its address is in. */
const dispatch = (
  subnets: readonly SubnetSpec[],
  family: IpFamily,
  side: Side,
  chains: ReadonlyMap<string, Chain>,
): readonly Rule[] => {
  const entries = subnets.flatMap((subnet) => {
    const cidr = subnetBlock(subnet, family);
    const chain = chains.get(subnet.routeTableId);
    return chain === undefined || cidr === undefined ? [] : [[cidr, chain.name] as const];
  });
  return entries.length === 0 ? [] : [{ matches: [], action: { kind: "dispatch-block", side, chains: entries } }];
};

const isInternet = (route: ResolvedRoute): boolean => route.exit.kind === "internet";

/** New connections on their way to the world: by way of a NAT gateway, or with a public address of their own. */
const toInternet = (routes: readonly ResolvedRoute[]): readonly Rule[] =>
  routes.filter(isInternet).flatMap((route): readonly Rule[] => {
    const far = block("destination", route.destination);
    if (route.nat !== undefined) return [rule(far, "accept")];
    return [rule([...far, { kind: "member", side: "source", set: internetSources }], "accept"), rule(far, "drop")];
  });

/** As above for IPv6, whose addresses are public as they are. */
const toInternetIpv6 = (routes: readonly ResolvedRoute[]): readonly Rule[] =>
  routes
    .filter(({ exit }) => exit.kind === "internet" || exit.kind === "internet-outward")
    .map(({ destination }) => rule(block("destination", destination), "accept"));

/** New connections from the world, which come in only where the answers go out through the internet gateway too. */
const fromInternet = (routes: readonly ResolvedRoute[]): readonly Rule[] =>
  routes.some((route) => isInternet(route) && route.nat === undefined)
    ? routes.map((route) =>
        rule(block("source", route.destination), isInternet(route) && route.nat === undefined ? "accept" : "drop"),
      )
    : [];

/** The source that a NAT gateway shows. */
const translations = (routes: readonly ResolvedRoute[]): readonly Rule[] => {
  const last = routes.findLastIndex((route) => route.nat !== undefined);
  return routes.slice(0, last + 1).map((route): Rule => {
    const matches = block("destination", route.destination);
    if (route.nat === undefined || route.exit.kind === "nowhere") return rule(matches, "return");
    return { matches, action: { kind: "translate-source", address: translatedSource(route.nat, route.exit) } };
  });
};

export interface GatewayRules {
  /** For new connections that leave by the uplink, and for those that come in by it. */
  readonly toInternet: readonly Rule[];
  readonly fromInternet: readonly Rule[];
  /** Before a public address of the interface's own is put in. */
  readonly translations: readonly Rule[];
  readonly chains: readonly Chain[];
}

/** Which gateway a subnet's connections go through, as its route table says: internet gateway, NAT gateway or none. */
export const compileGateways = (vpc: VpcSpec, family: IpFamily): GatewayRules => {
  const outward = chainsByTable(vpc, family, "to-internet", family === "ipv4" ? toInternet : toInternetIpv6);
  const inward = chainsByTable(vpc, family, "from-internet", fromInternet);
  const translating = chainsByTable(vpc, family, "translations", translations);
  return {
    toInternet: dispatch(vpc.subnets, family, "source", outward),
    fromInternet: dispatch(vpc.subnets, family, "destination", inward),
    translations: dispatch(vpc.subnets, family, "source", translating),
    chains: [...outward.values(), ...inward.values(), ...translating.values()],
  };
};

/** Whether a subnet's table leads anywhere through an internet gateway, so that public addresses of its own mean something. */
export const leadsToInternet = (vpc: VpcSpec, subnet: SubnetSpec): boolean =>
  resolveRoutes(vpc, routeTableOf(vpc, subnet)).some((route) => isInternet(route) && route.nat === undefined);

/** Public addresses that NAT gateways show and that lead to this VPC, so that answers come back. */
export const natPublicAddresses = (vpc: VpcSpec): readonly string[] =>
  vpc.natGateways.flatMap(({ connectivity, publicAddress, subnetId }) => {
    const subnet = vpc.subnets.find((each) => each.id === subnetId);
    return connectivity === "public" &&
      publicAddress !== undefined &&
      subnet !== undefined &&
      leadsTranslatedToInternet(vpc, subnet)
      ? [publicAddress]
      : [];
  });
