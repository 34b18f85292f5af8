import type { SubnetSpec, VpcSpec } from "@fleetless/kernel";
import { icmpProtocol } from "./compile-rule.ts";
import { decideAcl, type PortRange } from "./decide-acl.ts";
import type { Flow } from "./flow.ts";
import type { Hop } from "./hops.ts";
import { familyOf, interfaceAt, isInBlock, isNeighbour } from "./ip-family.ts";
import type { FlowDecision, KnownVpcs } from "./reachability.ts";
import { lookUpRoute, routeTableOf, tableIdOf } from "./routes.ts";

/** The ports that clients and NAT gateways take for connections that they open (RFC 6056, section 3.2). */
export const ephemeralPorts: PortRange = { from: 1024, to: 65_535 };

/** Whether the answers to a connection's first packet get back to who opened it. */
export interface ReplyDecision {
  readonly allowed: boolean;
  /** What they meet, in order, up to where they are stopped. */
  readonly hops: readonly Hop[];
}

type Way =
  | { readonly kind: "local" | "internet-gateway" }
  | { readonly kind: "vpc-peering-connection"; readonly id: string };

class ReplyWalk {
  readonly hops: Hop[] = [];
  readonly #ports: PortRange | undefined;
  flow: Flow;

  constructor(flow: Flow, ports: PortRange | undefined) {
    this.flow = flow;
    this.#ports = ports;
  }

  pass(hop: Hop): boolean {
    this.hops.push({ ...hop, reply: true });
    return hop.allowed;
  }

  acl(vpc: VpcSpec, subnet: SubnetSpec, direction: "ingress" | "egress"): boolean {
    const { refused, ...decision } = decideAcl(vpc, subnet, direction, this.flow, this.#ports);
    const place = { kind: "network-acl", vpcId: vpc.id, id: subnet.networkAclId, subnetId: subnet.id } as const;
    const ports = this.#ports === undefined ? undefined : (refused ?? this.#ports);
    return this.pass({ ...place, direction, ...decision, ...(ports === undefined ? {} : { ports }) });
  }
}

const echoTypes = { ipv4: { request: 8, reply: 0 }, ipv6: { request: 128, reply: 129 } } as const;

/** ICMP: what an echo request is answered with; other messages have no answer. */
const answerOf = (flow: Flow, arrived: Flow): Flow | undefined => {
  const family = familyOf(flow.source);
  const isIcmp = flow.protocol === icmpProtocol[family];
  if (isIcmp && flow.icmpType !== echoTypes[family].request) return undefined;
  return {
    source: arrived.destination,
    destination: arrived.source,
    protocol: flow.protocol,
    ...(isIcmp ? { icmpType: echoTypes[family].reply, icmpCode: 0 } : {}),
    ...(flow.destinationPort === undefined ? {} : { sourcePort: flow.destinationPort }),
    ...(flow.sourcePort === undefined ? {} : { destinationPort: flow.sourcePort }),
  };
};

const answerPorts = ({ protocol, sourcePort }: Flow): PortRange | undefined => {
  if (protocol !== 6 && protocol !== 17) return undefined;
  return sourcePort === undefined ? ephemeralPorts : { from: sourcePort, to: sourcePort };
};

const subnetOf = (vpc: VpcSpec, address: string): SubnetSpec | undefined => {
  const member = interfaceAt(vpc, address);
  return vpc.subnets.find((each) => each.id === member?.subnetId);
};

/** Out of the receiver's subnet: its table must lead to where the connection came from. */
const leave = (walk: ReplyWalk, vpc: VpcSpec, way: Way): boolean => {
  const { source, destination } = walk.flow;
  const subnet = subnetOf(vpc, source);
  if (subnet === undefined) return false;
  if (!isNeighbour(subnet, destination) && !walk.acl(vpc, subnet, "egress")) return false;
  const table = routeTableOf(vpc, subnet);
  const route = lookUpRoute(vpc, table, destination);
  const target = route?.target;
  const allowed =
    way.kind === "vpc-peering-connection"
      ? target?.kind === way.kind && target.id === way.id
      : target?.kind === way.kind;
  const place = { kind: "route-table", vpcId: vpc.id, id: tableIdOf(table), subnetId: subnet.id, allowed } as const;
  if (!walk.pass({ ...place, ...(route === undefined ? {} : { route }) })) return false;
  if (way.kind !== "vpc-peering-connection") return true;
  const peering = vpc.peerings.find((each) => each.id === way.id);
  const leads = peering?.peerCidrs.some((cidr) => isInBlock(cidr, destination)) ?? false;
  return walk.pass({ kind: "vpc-peering-connection", vpcId: vpc.id, id: way.id, allowed: leads });
};

/** The first hop of a kind in a VPC; undefined where the first packet met none. */
const met = <Kind extends Hop["kind"]>(decision: FlowDecision, vpc: VpcSpec, kind: Kind) =>
  decision.hops.find((hop): hop is Extract<Hop, { kind: Kind }> => hop.kind === kind && hop.vpcId === vpc.id);

/** Back to who opened the connection, through the gateway that the first packet left by. */
const comeBack = (walk: ReplyWalk, vpc: VpcSpec, opener: Flow, decision: FlowDecision): boolean => {
  const subnet = subnetOf(vpc, opener.source);
  if (subnet === undefined) return false;
  const gateway = met(decision, vpc, "internet-gateway") ?? met(decision, vpc, "egress-only-internet-gateway");
  if (gateway !== undefined) walk.pass({ ...gateway, direction: "ingress" });
  const outward = met(decision, vpc, "egress-only-internet-gateway");
  if (outward !== undefined) walk.pass({ ...outward, direction: "ingress" });
  const nat = met(decision, vpc, "nat-gateway");
  const natSubnetId = vpc.natGateways.find((each) => each.id === nat?.id)?.subnetId;
  const natSubnet = vpc.subnets.find((each) => each.id === natSubnetId);
  if (nat !== undefined && natSubnet !== undefined && !walk.acl(vpc, natSubnet, "ingress")) return false;
  walk.flow = { ...walk.flow, destination: opener.source };
  if (nat !== undefined && natSubnet !== undefined) {
    walk.pass({ ...nat, address: opener.source });
    if (!walk.acl(vpc, natSubnet, "egress")) return false;
  }
  if (!isNeighbour(subnet, walk.flow.source) && !walk.acl(vpc, subnet, "ingress")) return false;
  const member = interfaceAt(vpc, opener.source);
  const place = { kind: "network-interface", vpcId: vpc.id, address: opener.source } as const;
  return walk.pass({ ...place, ...(member === undefined ? {} : { id: member.id }), allowed: member !== undefined });
};

const walkBack = (
  walk: ReplyWalk,
  vpc: VpcSpec,
  flow: Flow,
  decision: FlowDecision,
  receiverVpc: VpcSpec | undefined,
): boolean => {
  const peering = decision.hops.find((hop) => hop.kind === "vpc-peering-connection");
  const isOpenedHere = interfaceAt(vpc, flow.source) !== undefined;
  const way: Way =
    peering !== undefined
      ? { kind: peering.kind, id: peering.id }
      : { kind: isOpenedHere ? "local" : "internet-gateway" };
  if (receiverVpc !== undefined && !leave(walk, receiverVpc, way)) return false;
  if (isOpenedHere) return comeBack(walk, vpc, flow, decision);
  const gateway = met(decision, vpc, "internet-gateway");
  return gateway === undefined || walk.pass({ ...gateway, direction: "egress" });
};

/**
 * Whether the answers to a connection's first packet come back, with every hop on their way. Groups remember the
 * connection and are not asked, while network ACLs and routes remember nothing: the answers must pass them at the
 * sender's port, or where the flow does not give that at each of the {@link ephemeralPorts}. Undefined where the first
 * packet does not arrive, or is never answered.
 */
export const decideReplies = (
  vpc: VpcSpec,
  flow: Flow,
  decision: FlowDecision,
  known: KnownVpcs = () => undefined,
): ReplyDecision | undefined => {
  const answer = decision.arrives === undefined ? undefined : answerOf(flow, decision.arrives);
  if (answer === undefined) return undefined;
  const last = decision.hops.at(-1);
  const peering = decision.hops.find((hop) => hop.kind === "vpc-peering-connection");
  const isHere = last?.kind === "network-interface" && last.vpcId === vpc.id;
  const beyond = peering === undefined || isHere ? undefined : known(peering.id, vpc);
  const walk = new ReplyWalk(answer, answerPorts(flow));
  const allowed = walkBack(walk, vpc, flow, decision, isHere ? vpc : beyond);
  return { allowed, hops: walk.hops };
};
