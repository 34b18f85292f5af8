import { parseIpv4, parseIpv4Block } from "@fleetless/engine";
import type { NetworkInterfaceSpec, VpcSpec } from "@fleetless/kernel";

/** A description from the control plane that cannot be enforced, since a value in it is not what it should be. */
class NetworkSpecificationError extends Error {
  override readonly name = "NetworkSpecificationError";
}

const check = (holds: boolean, what: string, value: string): void => {
  if (!holds) throw new NetworkSpecificationError(`${what} is not valid: ${JSON.stringify(value)}`);
};

const id = (value: string): void => check(/^[a-z][a-z0-9-]{0,63}$/.test(value), "The id", value);
const address = (value: string): void => check(parseIpv4(value) !== undefined, "The IPv4 address", value);
const block = (value: string): void => check(parseIpv4Block(value) !== undefined, "The IPv4 block", value);
const macAddress = (value: string): void =>
  check(/^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/.test(value), "The MAC address", value);

const port = (value: number | undefined): void =>
  check(
    value === undefined || (Number.isInteger(value) && value >= -1 && value <= 65_535),
    "The port or ICMP type",
    String(value),
  );

/** Everything of these values that reaches a command is checked here, once. */
export const checkVpc = (vpc: VpcSpec): void => {
  id(vpc.id);
  block(vpc.cidr);
  for (const subnet of vpc.subnets) block(subnet.cidr);
  for (const group of vpc.securityGroups) {
    id(group.id);
    for (const { peer, fromPort, toPort } of [...group.ingress, ...group.egress]) {
      port(fromPort);
      port(toPort);
      if (peer.kind === "group") id(peer.groupId);
    }
  }
  for (const member of vpc.interfaces) {
    address(member.privateAddress);
    macAddress(member.macAddress);
    if (member.publicAddress !== undefined) address(member.publicAddress);
  }
};

export const checkInterface = (networkInterface: NetworkInterfaceSpec): void => {
  id(networkInterface.id);
  block(networkInterface.subnetCidr);
  address(networkInterface.privateAddress);
  macAddress(networkInterface.macAddress);
  if (networkInterface.publicAddress !== undefined) address(networkInterface.publicAddress);
};
