import type { InterfaceMembership, VpcEndpointSpec, VpcSpec } from "@fleetless/kernel";
import { describeHopOf, type Hop } from "../network/hops.ts";
import { familyOf, type IpFamily, memberAddress } from "../network/ip-family.ts";
import { decideFlow } from "../network/reachability.ts";
import { decideReplies } from "../network/replies.ts";
import { publicAddressOf } from "./service-addresses.ts";

/** By which way something gets out of a VPC, and what it meets there. */
export type WayOut =
  | { readonly kind: "endpoint"; readonly endpoint: VpcEndpointSpec; readonly hops: readonly Hop[] }
  /** By the routes; `source` is the address that the other side sees. */
  | { readonly kind: "routed"; readonly source: string; readonly hops: readonly Hop[] }
  /** `because` is a sentence without its full stop, for whoever has to mend it. */
  | { readonly kind: "refused"; readonly because: string; readonly hops: readonly Hop[] };

/** A service of AWS, by the part of its name behind `com.amazonaws.<region>.`, such as `ecr.api`. */
export interface ServiceDestination {
  readonly service: string;
  readonly region: string;
}

export const endpointServiceName = ({ service, region }: ServiceDestination): string =>
  `com.amazonaws.${region}.${service}`;

const https = 443;
const tcp = 6;
/** One that every system's clients may take. */
const sourcePort = 49_152;

interface Connection {
  /** As the other side sees it; undefined where nothing comes of the connection. */
  readonly source: string | undefined;
  readonly hops: readonly Hop[];
}

/** The VPC with an interface that its list may not have yet. */
const knowing = (vpc: VpcSpec, from: InterfaceMembership): VpcSpec =>
  vpc.interfaces.some(({ id }) => id === from.id) ? vpc : { ...vpc, interfaces: [...vpc.interfaces, from] };

/** What a connection meets, its answers included, up to where it is stopped. */
const connect = (vpc: VpcSpec, from: InterfaceMembership, destination: string, port: number): Connection => {
  const source = memberAddress(from, familyOf(destination));
  if (source === undefined) return { source, hops: [] };
  const flow = { source, destination, protocol: tcp, sourcePort, destinationPort: port };
  const forward = decideFlow(vpc, flow);
  const back = decideReplies(vpc, flow, forward);
  return {
    source: back?.allowed === true ? (forward.arrives?.source ?? source) : undefined,
    hops: back?.allowed === false ? [...forward.hops, ...back.hops] : forward.hops,
  };
};

/**
 * The family in which a task's own needs are met: IPv6 only where it has nothing else, as on Fargate.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
 */
export const familyOfWays = (from: Pick<InterfaceMembership, "privateAddress">): IpFamily =>
  from.privateAddress === undefined ? "ipv6" : "ipv4";

/** Names what stopped the packet: the last hop. */
const refusal = (
  { hops }: Connection,
  from: InterfaceMembership,
  destination: string,
): WayOut & { readonly kind: "refused" } => {
  const stop = hops.at(-1);
  const unaddressed =
    familyOfWays(from) === "ipv6" ? `${from.id} has no IPv4 address` : `${from.id} has no IPv6 address`;
  const text = stop === undefined ? unaddressed : describeHopOf(stop, { sender: from.id, destination });
  const because = text.includes(destination) ? text : `${text} on its way to ${destination}`;
  return { kind: "refused", because, hops };
};

/** Names of services lead to an interface endpoint where its private DNS names are answered. */
const answersForService = (vpc: VpcSpec, { kind, privateDnsNames, interfaces }: VpcEndpointSpec): boolean =>
  kind === "interface" && vpc.dnsSupport && vpc.dnsHostnames && privateDnsNames.length > 0 && interfaces.length > 0;

/** Clients try the addresses of the name in turn, so that any that lets them in will do; the nearest comes first. */
const throughInterfaces = (
  vpc: VpcSpec,
  from: InterfaceMembership,
  endpoint: VpcEndpointSpec,
  name: string,
): WayOut => {
  const zoneOf = (subnetId: string) => vpc.subnets.find(({ id }) => id === subnetId)?.availabilityZone;
  const own = zoneOf(from.subnetId);
  const near = endpoint.interfaces.toSorted(
    (one, other) => Number(zoneOf(other.subnetId) === own) - Number(zoneOf(one.subnetId) === own),
  );
  let first: WayOut | undefined;
  for (const { privateAddress } of near) {
    const connection = connect(vpc, from, privateAddress, https);
    if (connection.source !== undefined) return { kind: "endpoint", endpoint, hops: connection.hops };
    first ??= refusal(connection, from, `${endpoint.id} (${name})`);
  }
  return first ?? { kind: "refused", because: `${endpoint.id} has no interface`, hops: [] };
};

/** The gateway endpoint to which a route led the packet, after all that the packet met before. */
const gatewayAt = (vpc: VpcSpec, { hops }: Connection, name: string): VpcEndpointSpec | undefined => {
  const stop = hops.at(-1);
  if (stop?.kind !== "route-table" || stop.route?.target.kind !== "vpc-endpoint") return undefined;
  const { id } = stop.route.target;
  return vpc.endpoints.find((each) => each.id === id && each.kind === "gateway" && each.serviceName === name);
};

/** What else would do, where there is no way by the routes. */
const endpointHint = (vpc: VpcSpec, name: string, family: IpFamily): string => {
  const found = vpc.endpoints.find(({ kind, serviceName }) => kind === "interface" && serviceName === name);
  if (found === undefined) return `, and ${vpc.id} has no endpoint for it`;
  if (family === "ipv6") return `, and ${found.id} has no IPv6 address`;
  if (found.privateDnsNames.length === 0) return `, and ${found.id} has no private DNS`;
  if (found.interfaces.length === 0) return `, and ${found.id} has no interface`;
  const attribute = vpc.dnsSupport ? "enableDnsHostnames" : "enableDnsSupport";
  return `, and ${attribute} of ${vpc.id} is off, which the private DNS of ${found.id} needs`;
};

/**
 * By which way an interface reaches a service of AWS on port 443: an interface endpoint where the service's names lead
 * there, else by the routes, to a gateway endpoint or into the world. An endpoint that does not let it in is not gone
 * round, as no client would. Endpoints have IPv4 addresses alone, so that to an interface without one they are not
 * there. https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
 */
export const wayToService = (given: VpcSpec, from: InterfaceMembership, destination: ServiceDestination): WayOut => {
  const vpc = knowing(given, from);
  const name = endpointServiceName(destination);
  const family = familyOfWays(from);
  const answering =
    family === "ipv4"
      ? vpc.endpoints.find((each) => each.serviceName === name && answersForService(vpc, each))
      : undefined;
  if (answering !== undefined) return throughInterfaces(vpc, from, answering, name);
  const connection = connect(vpc, from, publicAddressOf(destination.service, family), https);
  const { source, hops } = connection;
  if (source !== undefined) return { kind: "routed", source, hops };
  const gateway = gatewayAt(vpc, connection, name);
  if (gateway !== undefined) return { kind: "endpoint", endpoint: gateway, hops };
  const refused = refusal(connection, from, family === "ipv6" ? `${name} by IPv6` : name);
  const stop = hops.at(-1)?.kind;
  const hint = stop === "route-table" || stop === "internet-gateway" || stop === "nat-gateway";
  return hint ? { ...refused, because: `${refused.because}${endpointHint(vpc, name, family)}` } : refused;
};

/** By which way an interface reaches an address, which people know as `name`; within its VPC too. */
export const wayToAddress = (
  given: VpcSpec,
  from: InterfaceMembership,
  destination: { readonly address: string; readonly port: number; readonly name: string },
): WayOut => {
  const { address, port, name } = destination;
  const connection = connect(knowing(given, from), from, address, port);
  const { source, hops } = connection;
  if (source !== undefined) return { kind: "routed", source, hops };
  return refusal(connection, from, familyOf(address) === "ipv6" ? `${name} by IPv6` : name);
};
