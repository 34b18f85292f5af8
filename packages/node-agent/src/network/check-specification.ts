import { parseBlock, parseIpv4, parseIpv4Block, parseIpv6 } from "@fleetless/engine";
import type {
  InterfaceMembership,
  NetworkAclSpec,
  NetworkInterfaceSpec,
  VpcPeeringSpec,
  VpcSpec,
} from "@fleetless/kernel";

/** A description from the control plane that cannot be enforced, since a value in it is not what it should be. */
class NetworkSpecificationError extends Error {
  override readonly name = "NetworkSpecificationError";
}

const check = (holds: boolean, what: string, value: string): void => {
  if (!holds) throw new NetworkSpecificationError(`${what} is not valid: ${JSON.stringify(value)}`);
};

const id = (value: string): void => check(/^[a-z][a-z0-9-]{0,63}$/.test(value), "The id", value);
const address = (value: string): void => check(parseIpv4(value) !== undefined, "The IPv4 address", value);
const ipv6Address = (value: string): void => check(parseIpv6(value) !== undefined, "The IPv6 address", value);
const ipv6Block = (value: string): void => check(parseBlock(value, "ipv6") !== undefined, "The IPv6 block", value);
const peerBlock = (value: string): void => check(parseBlock(value) !== undefined, "The block", value);
const block = (value: string): void => check(parseIpv4Block(value) !== undefined, "The IPv4 block", value);
const macAddress = (value: string): void =>
  check(/^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/.test(value), "The MAC address", value);

const port = (value: number | undefined): void =>
  check(
    value === undefined || (Number.isInteger(value) && value >= -1 && value <= 65_535),
    "The port or ICMP type",
    String(value),
  );

/** What was found valid once is not looked at again: of many interfaces most are as they were. */
const valid = new WeakSet<InterfaceMembership>();

const checkMember = (member: InterfaceMembership): void => {
  if (valid.has(member)) return;
  check(member.privateAddress !== undefined || member.ipv6Address !== undefined, "The address of", member.id);
  if (member.privateAddress !== undefined) address(member.privateAddress);
  if (member.ipv6Address !== undefined) ipv6Address(member.ipv6Address);
  macAddress(member.macAddress);
  if (member.publicAddress !== undefined) address(member.publicAddress);
  valid.add(member);
};

const checkAcl = (acl: NetworkAclSpec): void => {
  id(acl.id);
  for (const entry of [...acl.ingress, ...acl.egress]) {
    peerBlock(entry.cidr);
    for (const number of [entry.fromPort, entry.toPort, entry.icmpType, entry.icmpCode]) port(number);
  }
};

const checkPeering = (peering: VpcPeeringSpec): void => {
  id(peering.id);
  peering.peerCidrs.forEach(peerBlock);
  peering.peerInterfaces.forEach(checkMember);
};

/** Everything of these values that reaches a command is checked here, once. */
export const checkVpc = (vpc: VpcSpec): void => {
  id(vpc.id);
  block(vpc.cidr);
  for (const cidr of vpc.secondaryCidrs) block(cidr);
  for (const cidr of vpc.ipv6Cidrs) ipv6Block(cidr);
  for (const subnet of vpc.subnets) {
    for (const each of [subnet.id, subnet.routeTableId, subnet.networkAclId]) id(each);
    check(subnet.cidr !== undefined || subnet.ipv6Cidr !== undefined, "The block of", subnet.id);
    if (subnet.cidr !== undefined) block(subnet.cidr);
    if (subnet.ipv6Cidr !== undefined) ipv6Block(subnet.ipv6Cidr);
  }
  for (const table of vpc.routeTables) {
    id(table.id);
    for (const route of table.routes) peerBlock(route.destination);
  }
  for (const acl of vpc.networkAcls) checkAcl(acl);
  for (const list of vpc.prefixLists) list.cidrs.forEach(peerBlock);
  for (const gateway of vpc.natGateways) {
    address(gateway.privateAddress);
    if (gateway.publicAddress !== undefined) address(gateway.publicAddress);
  }
  for (const peering of vpc.peerings) checkPeering(peering);
  for (const group of vpc.securityGroups) {
    id(group.id);
    for (const { peer, fromPort, toPort } of [...group.ingress, ...group.egress]) {
      port(fromPort);
      port(toPort);
      if (peer.kind === "group") id(peer.groupId);
    }
  }
  vpc.interfaces.forEach(checkMember);
};

const bitsPerSecond = (value: number | undefined): void =>
  check(value === undefined || (Number.isInteger(value) && value >= 1_000 && value <= 1e12), "The rate", String(value));

export const checkInterface = (networkInterface: NetworkInterfaceSpec): void => {
  id(networkInterface.id);
  const { privateAddress, ipv6Address: byIpv6 } = networkInterface;
  check(privateAddress !== undefined || byIpv6 !== undefined, "The address of", networkInterface.id);
  if (privateAddress !== undefined) {
    address(privateAddress);
    block(networkInterface.subnetCidr ?? "");
  }
  if (networkInterface.ipv6Address !== undefined) {
    ipv6Address(networkInterface.ipv6Address);
    ipv6Block(networkInterface.ipv6SubnetCidr ?? "");
  }
  macAddress(networkInterface.macAddress);
  if (networkInterface.publicAddress !== undefined) address(networkInterface.publicAddress);
  bitsPerSecond(networkInterface.bandwidth?.ingress);
  bitsPerSecond(networkInterface.bandwidth?.egress);
};
