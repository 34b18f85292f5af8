import type { VpcSpec } from "@fleetless/kernel";
import type { FlowCountingRules } from "./flow-counting.ts";
import type { GatewayRules } from "./gateway-rules.ts";
import { disjointBlocks, type IpFamily, linkLocalBlock, vpcBlocks } from "./ip-family.ts";
import {
  ipv6Gateway,
  ipv6ResolverAddress,
  linkLocalResolverAddress,
  type RouterOptions,
  resolverAddress,
  taskEndpointAddress,
  uplinkInterface,
} from "./router-options.ts";
import type { AddressSet, Chain, ChainHook, Direction, Match, Rule } from "./ruleset.ts";

export const accept = (...matches: Match[]): Rule => ({ matches, action: { kind: "accept" } });
const drop = (...matches: Match[]): Rule => ({ matches, action: { kind: "drop" } });
const on = (direction: Direction, name: string): Match => ({ kind: "interface", direction, name });
const to = (address: string): Match => ({ kind: "block", side: "destination", cidr: `${address}/32` });
const port = (protocol: "tcp" | "udp", number: number): Match => ({
  kind: "port",
  protocol,
  from: number,
  to: number,
});
const established: Match = { kind: "state", states: ["established"] };
const related: Match = { kind: "state", states: ["related"] };
const known: Match = { kind: "state", states: ["established", "related"] };
const invalid: Match = { kind: "state", states: ["invalid"] };
/** A router's hint of a shorter way, which must never reach a task. */
const redirect: Match = { kind: "icmp", type: 5 };

const fromInternetChain = "from-internet";
const toInternetChain = "to-internet";

export const base = (
  name: string,
  hook: ChainHook["hook"],
  priority: number,
  policy: ChainHook["policy"],
  rules: readonly Rule[],
  type: ChainHook["type"] = "filter",
): Chain => ({ name, hook: { type, hook, priority, policy }, rules });

/**
 * What one interface may do to the router that all of a VPC share, after EC2's allowances for each interface: packets
 * to link-local services and the resolver (https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html),
 * and tracked connections. None is known exactly but the first; no task that means well meets the others.
 */
export const interfaceAllowances = {
  linkLocalPacketsPerSecond: 1024,
  newConnectionsPerSecond: 2000,
  newConnectionsBurst: 10_000,
  connections: 20_000,
} as const;

/** For packets to the router's own services, of which each interface has its share. */
const serviceAllowance = (
  services: readonly Match[],
  { linkLocalPacketsPerSecond: allowed }: RouterOptions,
): readonly Rule[] => {
  const perSecond = allowed ?? interfaceAllowances.linkLocalPacketsPerSecond;
  const tooMany: Match = { kind: "rate-over", set: "link-local-packets", perSecond, burst: perSecond };
  return services.map((service) => drop(service, tooMany));
};

const first: Match = { kind: "first-of-connection" };

/** For packets of connections that are new. The kernel remembers none that is refused here. */
const connectionAllowance: readonly Rule[] = [
  drop(first, {
    kind: "rate-over",
    set: "new-connections",
    perSecond: interfaceAllowances.newConnectionsPerSecond,
    burst: interfaceAllowances.newConnectionsBurst,
  }),
  drop(first, { kind: "connections-over", set: "connections", limit: interfaceAllowances.connections }),
];

export const allowanceSets: readonly AddressSet[] = [
  { name: "link-local-packets", kind: "rates", elements: new Set() },
  { name: "new-connections", kind: "rates", elements: new Set() },
  { name: "connections", kind: "connections", elements: new Set() },
];

/** Each peering whose device is here, with the addresses that may come from there. */
const peeringsHere = (vpc: VpcSpec, options: RouterOptions, family: IpFamily) =>
  vpc.peerings.flatMap((peering) => {
    const device = options.peeringDevices?.get(peering.id);
    const cidrs = disjointBlocks(peering.peerCidrs, family);
    return device === undefined || cidrs.length === 0 ? [] : [{ device, cidrs }];
  });

const antiSpoofing = (vpc: VpcSpec, options: RouterOptions, family: IpFamily): Chain =>
  base("anti-spoofing", "prerouting", -300, "drop", [
    accept({ kind: "binding", set: "bindings" }),
    drop(on("in", uplinkInterface), {
      kind: "blocks",
      side: "source",
      cidrs: disjointBlocks(vpcBlocks(vpc, family), family),
    }),
    accept(on("in", uplinkInterface)),
    accept(on("in", "lo")),
    ...peeringsHere(vpc, options, family).map(({ device, cidrs }) =>
      accept(on("in", device), { kind: "blocks", side: "source", cidrs }),
    ),
  ]);

/** Of routers and neighbours, who have no need of it here: solicitations and advertisements of both, and redirects. */
const neighbourDiscovery = [133, 134, 135, 136, 137].map((type): Match => ({ kind: "icmp", type }));

/**
 * The forwarding chains, two of them, since an accept only ends the chain it stands in: a packet needs the sender's
 * consent, then the receiver's. Most packets are of established connections, so these are told first. What comes from a
 * peered VPC was counted among its sender's connections there.
 */
const consentChains = (
  vpc: VpcSpec,
  options: RouterOptions,
  family: IpFamily,
  counting: FlowCountingRules,
): readonly Chain[] => [
  base("egress", "forward", 0, "drop", [
    accept(established),
    ...(family === "ipv4" ? [drop(redirect)] : []),
    accept(related),
    ...counting.refuseInvalid.map(({ matches, action }) => ({ matches: [invalid, ...matches], action })),
    ...(family === "ipv6" ? neighbourDiscovery.map((match) => drop(match)) : []),
    { matches: [on("in", uplinkInterface)], action: { kind: "jump", chain: fromInternetChain } },
    ...peeringsHere(vpc, options, family).map(({ device }) => accept(on("in", device))),
    ...connectionAllowance,
    { matches: [], action: { kind: "dispatch", direction: "in", map: "egress-by-interface" } },
  ]),
  base("ingress", "forward", 10, "drop", [
    accept(known),
    { matches: [on("out", uplinkInterface)], action: { kind: "jump", chain: toInternetChain } },
    ...peeringsHere(vpc, options, family).map(({ device }) => accept(on("out", device))),
    { matches: [], action: { kind: "dispatch", direction: "out", map: "ingress-by-interface" } },
  ]),
];

const internetChains = (gateways: GatewayRules): readonly Chain[] => [
  { name: fromInternetChain, rules: [...gateways.fromInternet, drop()] },
  { name: toInternetChain, rules: [...gateways.toInternet, drop()] },
];

const ipv6Resolver = `${ipv6ResolverAddress}/128`;

/** Of IPv6 the router itself is asked for nothing but where it is, and names; no address is translated. */
const ipv6BaseChains = (
  vpc: VpcSpec,
  options: RouterOptions,
  gateways: GatewayRules,
  counting: FlowCountingRules,
): readonly Chain[] => [
  antiSpoofing(vpc, options, "ipv6"),
  base("input", "input", 0, "drop", [
    accept(on("in", "lo")),
    ...serviceAllowance(
      [linkLocalBlock.ipv6, "ff00::/8", ipv6Resolver].map((cidr) => ({ kind: "block", side: "destination", cidr })),
      options,
    ),
    accept(known),
    drop(on("in", uplinkInterface)),
    ...peeringsHere(vpc, options, "ipv6").map(({ device }) => drop(on("in", device))),
    ...[ipv6Gateway.address, ipv6Gateway.solicitedAt].map((address) =>
      accept({ kind: "block", side: "destination", cidr: `${address}/128` }, { kind: "icmp", type: 135 }),
    ),
    ...connectionAllowance,
    ...(["udp", "tcp"] as const).map((protocol) =>
      accept({ kind: "block", side: "destination", cidr: ipv6Resolver }, port(protocol, 53)),
    ),
  ]),
  ...consentChains(vpc, options, "ipv6", counting),
  ...internetChains(gateways),
];

export const baseChains = (
  vpc: VpcSpec,
  options: RouterOptions,
  gateways: GatewayRules,
  family: IpFamily,
  counting: FlowCountingRules,
): readonly Chain[] => (family === "ipv4" ? ipv4BaseChains : ipv6BaseChains)(vpc, options, gateways, counting);

const ipv4BaseChains = (
  vpc: VpcSpec,
  options: RouterOptions,
  gateways: GatewayRules,
  counting: FlowCountingRules,
): readonly Chain[] => [
  antiSpoofing(vpc, options, "ipv4"),
  base(
    "public-to-private",
    "prerouting",
    -100,
    "accept",
    [
      {
        matches: [on("in", uplinkInterface)],
        action: { kind: "translate", side: "destination", map: "private-addresses" },
      },
    ],
    "nat",
  ),
  base("input", "input", 0, "drop", [
    accept(on("in", "lo")),
    ...serviceAllowance(
      [to(resolverAddress(vpc)), { kind: "block", side: "destination", cidr: linkLocalBlock.ipv4 }],
      options,
    ),
    accept(known),
    drop(on("in", uplinkInterface)),
    ...peeringsHere(vpc, options, "ipv4").map(({ device }) => drop(on("in", device))),
    ...connectionAllowance,
    ...[resolverAddress(vpc), linkLocalResolverAddress].flatMap((address) => [
      accept(to(address), port("udp", 53)),
      accept(to(address), port("tcp", 53)),
    ]),
    accept(to(taskEndpointAddress), port("tcp", 80)),
    accept(to(taskEndpointAddress), port("tcp", options.apiPort)),
  ]),
  ...consentChains(vpc, options, "ipv4", counting),
  base(
    "private-to-public",
    "postrouting",
    100,
    "accept",
    [
      ...gateways.translations,
      {
        matches: [on("out", uplinkInterface)],
        action: { kind: "translate", side: "source", map: "public-addresses" },
      },
    ],
    "nat",
  ),
  ...internetChains(gateways),
];
