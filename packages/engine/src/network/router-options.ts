import type { VpcSpec } from "@fleetless/kernel";
import type { FlowCounting } from "./flow-counting.ts";
import type { IpFamily } from "./ip-family.ts";
import { addressAt } from "./ipv4.ts";

export interface RouterOptions {
  /** Of the packets that are decided; those of IPv4 where not given. */
  readonly family?: IpFamily;
  /** Where the AWS API is served on the link-local address. */
  readonly apiPort: number;
  /** Packets that one interface may send to the resolver and link-local services; EC2's number where not given. */
  readonly linkLocalPacketsPerSecond?: number | undefined;
  /** Devices that lead to peered VPCs, by the peering's id. */
  readonly peeringDevices?: ReadonlyMap<string, string>;
  /** Absent where flows are not recorded. */
  readonly flowCounting?: FlowCounting | undefined;
}

/** The interface of a VPC's namespace that leads to the machine and the world beyond it. */
export const uplinkInterface = "uplink";
/** Task metadata, role credentials and the AWS API answer here. */
export const taskEndpointAddress = "169.254.170.2";
/** The VPC resolver's address that is the same in every VPC. */
export const linkLocalResolverAddress = "169.254.169.253";

/** The resolver by IPv6, in every VPC that has blocks of it. https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html */
export const ipv6ResolverAddress = "fd00:ec2::253";
/**
 * Whence tasks without an IPv4 address call the endpoints at link-local addresses, as with ECS: each has one of these on
 * its machine, and gets no further by it than to the router.
 */
export const linkLocalTaskBlock = "169.254.172.0/22";

/** The VPC's resolver, at the base of its block plus two. */
export const resolverAddress = (vpc: VpcSpec): string => addressAt(vpc.cidr, 2);

/**
 * Where every subnet's router is found by IPv6, on each interface's own link: its address, the multicast address at
 * which it is asked for (RFC 4291, section 2.7.1) and its hardware address.
 */
export const ipv6Gateway = { address: "fe80::1", solicitedAt: "ff02::1:ff00:1", mac: "06:fe:00:00:00:05" } as const;
