import type { VpcSpec } from "@fleetless/kernel";
import { addressAt } from "./ipv4.ts";

export interface RouterOptions {
  /** Where the AWS API is served on the link-local address. */
  readonly apiPort: number;
  /** Packets that one interface may send to the resolver and link-local services; EC2's number where not given. */
  readonly linkLocalPacketsPerSecond?: number | undefined;
  /** Devices that lead to peered VPCs, by the peering's id. */
  readonly peeringDevices?: ReadonlyMap<string, string>;
}

/** The interface of a VPC's namespace that leads to the machine and the world beyond it. */
export const uplinkInterface = "uplink";
/** Task metadata, role credentials and the AWS API answer here. */
export const taskEndpointAddress = "169.254.170.2";
/** The VPC resolver's address that is the same in every VPC. */
export const linkLocalResolverAddress = "169.254.169.253";

/** The VPC's resolver, at the base of its block plus two. */
export const resolverAddress = (vpc: VpcSpec): string => addressAt(vpc.cidr, 2);
