import type { InterfaceMembership, VpcSpec } from "@fleetless/kernel";
import { compileRoutes, interfaceRoutes, type KernelRoute, mainTable, type Routing } from "../compile-routes.ts";
import { compileRuleset, type LocalInterface } from "../compile-ruleset.ts";
import type { Flow } from "../flow.ts";
import { type IpFamily, isInBlock } from "../ip-family.ts";
import { addressAt } from "../ipv4.ts";
import { linkLocalTaskBlock, uplinkInterface } from "../router-options.ts";
import type { ConnectionDirection, ConnectionState, Ruleset } from "../ruleset.ts";
import { interpretRuleset, translateSource } from "./interpret-ruleset.ts";

/** One VPC's router as its compiled ruleset and routes make it. */
export interface ModelRouter {
  readonly vpc: VpcSpec;
  readonly ruleset: Ruleset;
  readonly routing: Routing;
}

export const portOf = (member: InterfaceMembership): string => `t${member.id}`;
/** Whence the VPC's interface with this place in its list calls the router, where it has no IPv4 address. */
export const linkLocalOf = (index: number): string => addressAt(linkLocalTaskBlock, index + 2);
export const peeringDevice = (id: string): string => `p${id}`;

export const modelRouter = (vpc: VpcSpec, family: IpFamily = "ipv4"): ModelRouter => {
  const locals: readonly LocalInterface[] = vpc.interfaces.map((each, index) => ({
    ...each,
    port: portOf(each),
    ...(each.privateAddress === undefined ? { linkLocalAddress: linkLocalOf(index) } : {}),
  }));
  const devices = new Map(vpc.peerings.map(({ id }) => [id, peeringDevice(id)]));
  const links = {
    uplink: { device: uplinkInterface, nextHop: "169.254.171.1" },
    peerings: new Map([...devices].map(([id, device]) => [id, { device, nextHop: "169.254.171.3" }])),
  };
  const routing = compileRoutes(vpc, links, family);
  return {
    vpc,
    ruleset: compileRuleset(vpc, locals, { apiPort: 4566, peeringDevices: devices, family }),
    routing: {
      rules: routing.rules,
      routes: [...routing.routes, ...locals.flatMap((local) => interfaceRoutes(local, family))],
    },
  };
};

const lookUp = (routes: readonly KernelRoute[], table: number, address: string): KernelRoute | undefined =>
  routes
    .filter((route) => route.table === table && isInBlock(route.destination, address))
    .sort((one, other) => Number(other.destination.split("/")[1]) - Number(one.destination.split("/")[1]))[0];

/** The device that the kernel would send the packet to, or undefined where it drops it. */
const deviceFor = ({ rules, routes }: Routing, source: string, destination: string): string | undefined => {
  const tables = rules.filter((rule) => isInBlock(rule.source, source)).map((rule) => rule.table);
  for (const table of [...tables, mainTable]) {
    const action = lookUp(routes, table, destination)?.action;
    if (action === undefined || action.kind === "throw") continue;
    return "device" in action ? action.device : undefined;
  }
  return undefined;
};

/** What becomes of a packet that comes in by a device: it is dropped, or leaves by another, perhaps translated. */
export const routePacket = (
  router: ModelRouter,
  inInterface: string,
  sourceMac: string,
  flow: Flow,
  state: ConnectionState = "new",
  connectionDirection: ConnectionDirection = "original",
): { readonly device: string; readonly flow: Flow } | undefined => {
  const { ruleset, routing } = router;
  const packet = { ...flow, state, connectionDirection, inInterface, sourceMac };
  if (interpretRuleset(ruleset, "prerouting", packet) === "drop") return undefined;
  const fromWorld = inInterface === uplinkInterface && state === "new";
  const destination =
    (fromWorld ? ruleset.maps.get("private-addresses")?.elements.get(flow.destination) : undefined) ?? flow.destination;
  const device = deviceFor(routing, flow.source, destination);
  if (device === undefined) return undefined;
  const forwarded = { ...packet, destination, outInterface: device };
  if (interpretRuleset(ruleset, "forward", forwarded) === "drop") return undefined;
  const source = state === "new" ? translateSource(ruleset, forwarded) : flow.source;
  return { device, flow: { ...flow, source, destination } };
};
