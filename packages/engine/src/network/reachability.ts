import type { InterfaceMembership, SubnetSpec, VpcSpec } from "@fleetless/kernel";
import { decideAcl } from "./decide-acl.ts";
import { decideSide, type SideDecision } from "./decide-group.ts";
import type { Flow } from "./flow.ts";
import type { Hop } from "./hops.ts";
import { familyOf, interfaceAt, isInBlock, isNeighbour, vpcBlocks } from "./ip-family.ts";
import { isClosed, lookUpRoute, routeTableOf, tableIdOf } from "./routes.ts";

/** Told from the groups alone: a side is absent where the address there is no interface that this VPC knows. */
export interface FlowDecision {
  readonly allowed: boolean;
  /** What the packet meets, in order, up to where it is stopped. */
  readonly hops: readonly Hop[];
  /** As the receiver sees it, where it gets there: a gateway may have put another source in. */
  readonly arrives?: Flow;
  readonly egress?: SideDecision;
  readonly ingress?: SideDecision;
}

/** Other VPCs, for what goes on beyond a peering; one that is not known lets everything in. */
export type KnownVpcs = (peeringId: string, vpc: VpcSpec) => VpcSpec | undefined;

/** Walks a packet from hop to hop; after the first that stops it no other is asked. */
class Walk {
  readonly hops: Hop[] = [];
  egress: SideDecision | undefined;
  ingress: SideDecision | undefined;
  flow: Flow;

  constructor(flow: Flow) {
    this.flow = flow;
  }

  pass(hop: Hop): boolean {
    this.hops.push(hop);
    return hop.allowed;
  }

  groups(vpc: VpcSpec, member: InterfaceMembership, direction: "ingress" | "egress"): boolean {
    const decision = decideSide(vpc, member, direction, this.flow);
    this[direction] = decision;
    return this.pass({ kind: "security-groups", vpcId: vpc.id, direction, interfaceId: member.id, ...decision });
  }

  acl(vpc: VpcSpec, subnet: SubnetSpec, direction: "ingress" | "egress"): boolean {
    const decision = decideAcl(vpc, subnet, direction, this.flow);
    const place = { vpcId: vpc.id, id: subnet.networkAclId, subnetId: subnet.id };
    return this.pass({ kind: "network-acl", direction, ...place, ...decision });
  }

  end(allowed: boolean): FlowDecision {
    return {
      allowed,
      hops: this.hops,
      ...(allowed ? { arrives: this.flow } : {}),
      ...(this.egress === undefined ? {} : { egress: this.egress }),
      ...(this.ingress === undefined ? {} : { ingress: this.ingress }),
    };
  }
}

const isOwn = (vpc: VpcSpec, address: string): boolean =>
  vpcBlocks(vpc, familyOf(address)).some((cidr) => isInBlock(cidr, address));

/** The address of an interface that the world knows: of IPv6 it is its own. */
const shownAddress = (member: InterfaceMembership, address: string): string | undefined =>
  familyOf(address) === "ipv6" ? address : member.publicAddress;

/** Into the interface that has the address: its subnet's ACL, unless the sender is a neighbour, and its groups. */
const enter = (walk: Walk, vpc: VpcSpec): boolean => {
  const address = walk.flow.destination;
  const member = interfaceAt(vpc, address);
  const place = { kind: "network-interface", vpcId: vpc.id, address } as const;
  if (member === undefined) return walk.pass({ ...place, allowed: false });
  const subnet = vpc.subnets.find((each) => each.id === member.subnetId);
  if (subnet !== undefined && !isNeighbour(subnet, walk.flow.source) && !walk.acl(vpc, subnet, "ingress")) {
    return false;
  }
  return walk.groups(vpc, member, "ingress") && walk.pass({ ...place, id: member.id, allowed: true });
};

const crossPeering = (walk: Walk, vpc: VpcSpec, id: string, known: KnownVpcs): boolean => {
  const peering = vpc.peerings.find((each) => each.id === id);
  const there = peering?.peerCidrs.some((cidr) => isInBlock(cidr, walk.flow.destination)) ?? false;
  if (!walk.pass({ kind: "vpc-peering-connection", vpcId: vpc.id, id, allowed: there })) return false;
  const peer = known(id, vpc);
  return peer === undefined || enter(walk, peer);
};

/** Out of a subnet by its route table; `nat` is the address to be shown where a NAT gateway sends the packet. */
const leave = (walk: Walk, vpc: VpcSpec, subnet: SubnetSpec, known: KnownVpcs, nat?: string): boolean => {
  const table = routeTableOf(vpc, subnet);
  const route = lookUpRoute(vpc, table, walk.flow.destination);
  const place = { kind: "route-table", vpcId: vpc.id, id: tableIdOf(table), subnetId: subnet.id } as const;
  if (route === undefined) return walk.pass({ ...place, allowed: false });
  const { target } = route;
  const leads = walk.pass.bind(walk, { ...place, route, allowed: true });
  if (target.kind === "local" && nat === undefined) return leads() && enter(walk, vpc);
  if (target.kind === "vpc-peering-connection") return leads() && crossPeering(walk, vpc, target.id, known);
  if (target.kind === "internet-gateway") {
    const sender = interfaceAt(vpc, walk.flow.source);
    const shown = nat ?? (sender === undefined ? undefined : shownAddress(sender, walk.flow.source));
    const gateway = { kind: "internet-gateway", vpcId: vpc.id, id: target.id, direction: "egress" } as const;
    if (isClosed(table, target, nat !== undefined))
      return leads() && walk.pass({ ...gateway, closed: true, allowed: false });
    if (shown === undefined) return leads() && walk.pass({ ...gateway, allowed: false });
    if (!(leads() && walk.pass({ ...gateway, publicAddress: shown, allowed: true }))) return false;
    walk.flow = { ...walk.flow, source: shown };
    return true;
  }
  const isIpv6 = familyOf(walk.flow.destination) === "ipv6";
  if (target.kind === "egress-only-internet-gateway" && isIpv6) {
    const gateway = { kind: target.kind, vpcId: vpc.id, id: target.id, direction: "egress" } as const;
    if (isClosed(table, target, false)) return leads() && walk.pass({ ...gateway, closed: true, allowed: false });
    return leads() && walk.pass({ ...gateway, allowed: true });
  }
  if (target.kind === "nat-gateway" && nat === undefined && !isIpv6)
    return leads() && throughNat(walk, vpc, target.id, known);
  return walk.pass({ ...place, route, allowed: false });
};

const throughNat = (walk: Walk, vpc: VpcSpec, id: string, known: KnownVpcs): boolean => {
  const nat = vpc.natGateways.find((each) => each.id === id);
  const subnet = vpc.subnets.find((each) => each.id === nat?.subnetId);
  const place = { kind: "nat-gateway", vpcId: vpc.id, id } as const;
  if (nat === undefined || subnet === undefined) return walk.pass({ ...place, allowed: false });
  const route = lookUpRoute(vpc, routeTableOf(vpc, subnet), walk.flow.destination);
  const outside = route?.target.kind === "internet-gateway";
  const shown = outside ? (nat.connectivity === "public" ? nat.publicAddress : undefined) : nat.privateAddress;
  if (!walk.acl(vpc, subnet, "ingress")) return false;
  if (shown === undefined) return walk.pass({ ...place, allowed: false });
  if (!walk.pass({ ...place, address: shown, allowed: true })) return false;
  if (!outside) walk.flow = { ...walk.flow, source: nat.privateAddress };
  return walk.acl(vpc, subnet, "egress") && leave(walk, vpc, subnet, known, shown);
};

/** In from the world at an interface's public address, which an internet gateway has translated already. */
const comeIn = (walk: Walk, vpc: VpcSpec): boolean => {
  const { source, destination } = walk.flow;
  const member = interfaceAt(vpc, destination);
  if (member === undefined) {
    return walk.pass({ kind: "network-interface", vpcId: vpc.id, address: destination, allowed: false });
  }
  const subnet = vpc.subnets.find((each) => each.id === member.subnetId);
  if (subnet === undefined) return false;
  const table = routeTableOf(vpc, subnet);
  const route = lookUpRoute(vpc, table, source);
  const place = { kind: "route-table", vpcId: vpc.id, id: tableIdOf(table), subnetId: subnet.id } as const;
  if (route?.target.kind === "egress-only-internet-gateway") {
    const { kind, id } = route.target;
    return walk.pass({ kind, vpcId: vpc.id, id, direction: "ingress", allowed: false });
  }
  if (route?.target.kind !== "internet-gateway") {
    return walk.pass({ ...place, ...(route === undefined ? {} : { route }), allowed: false });
  }
  const publicAddress = shownAddress(member, destination);
  if (isClosed(table, route.target, false)) {
    const { kind, id } = route.target;
    return walk.pass({ kind, vpcId: vpc.id, id, direction: "ingress", closed: true, allowed: false });
  }
  const gateway = {
    kind: "internet-gateway",
    vpcId: vpc.id,
    id: route.target.id,
    direction: "ingress",
    allowed: publicAddress !== undefined,
    ...(publicAddress === undefined ? {} : { publicAddress }),
  } as const;
  return walk.pass(gateway) && walk.pass({ ...place, route, allowed: true }) && enter(walk, vpc);
};

const walkFlow = (walk: Walk, vpc: VpcSpec, known: KnownVpcs): boolean => {
  const { source, destination } = walk.flow;
  const sender = interfaceAt(vpc, source);
  if (sender !== undefined) {
    if (!walk.groups(vpc, sender, "egress")) return false;
    const subnet = vpc.subnets.find((each) => each.id === sender.subnetId);
    if (subnet === undefined) return false;
    if (!isNeighbour(subnet, destination) && !walk.acl(vpc, subnet, "egress")) return false;
    return leave(walk, vpc, subnet, known);
  }
  if (isOwn(vpc, source))
    return walk.pass({ kind: "network-interface", vpcId: vpc.id, address: source, allowed: false });
  const peering = vpc.peerings.find((each) => each.peerCidrs.some((cidr) => isInBlock(cidr, source)));
  if (peering === undefined) return comeIn(walk, vpc);
  walk.pass({ kind: "vpc-peering-connection", vpcId: vpc.id, id: peering.id, allowed: true });
  return enter(walk, vpc);
};

/**
 * Whether the first packet of a connection passes, with every hop on its way: what the compiled packet filter and
 * routes do, told from the VPC itself. Addresses of interfaces are their private ones, also where the packet comes
 * from the world.
 */
export const decideFlow = (vpc: VpcSpec, flow: Flow, known: KnownVpcs = () => undefined): FlowDecision => {
  const walk = new Walk(flow);
  return walk.end(walkFlow(walk, vpc, known));
};
