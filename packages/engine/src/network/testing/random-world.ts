/** What is outside of the VPCs: addresses there, and blocks of them that a route or rule may name. */
export interface RandomWorld {
  readonly blocks: readonly string[];
  readonly ipv6Blocks: readonly string[];
  /** The first three groups of the VPCs' IPv6 blocks. */
  readonly ipv6Prefix: string;
  /** A public address of the VPC whose second byte is given; `number` is at most 20. */
  publicAddress(second: number, number: number): string;
}

export const documentationWorld: RandomWorld = {
  blocks: ["203.0.113.0/24", "203.0.113.128/25", "198.51.100.0/24"],
  ipv6Prefix: "fd12:3456:789a",
  ipv6Blocks: ["2001:db8:1::/48", "2001:db8:1:8000::/49", "2001:db8:2::/48"],
  publicAddress: (second, number) => `100.64.${second}.${number}`,
};
export const worldAddresses = ["203.0.113.9", "203.0.113.200", "198.51.100.7", "192.0.2.1"] as const;
export const worldIpv6Addresses = ["2001:db8:1::9", "2001:db8:1:8000::200", "2001:db8:2::7", "2600::1"] as const;

/** The IPv6 block of the VPC with this second byte; that of its subnets; the address of an interface in one. */
export const ipv6Cidr = ({ ipv6Prefix }: RandomWorld, second: number): string => `${ipv6Prefix}:${second}00::/56`;
export const ipv6Subnet = ({ ipv6Prefix }: RandomWorld, second: number, third: number): string =>
  `${ipv6Prefix}:${second}0${third}::/64`;
export const ipv6AddressIn = (second: number, third: number, number: number, world = documentationWorld): string =>
  ipv6Subnet(world, second, third).replace("/64", (number * 4096 + 7).toString(16));

export const everywhereAnd = ({ blocks }: RandomWorld): readonly string[] => ["0.0.0.0/0", "0.0.0.0/0", ...blocks];
