import type { InterfaceMembership, SubnetSpec, VpcSpec } from "@fleetless/kernel";
import { blockContains, formatIpv4Block, type Ipv4Block, parseIpv4, parseIpv4Block } from "./ipv4.ts";
import { formatIpv6, formatIpv6Block, type Ipv6Block, ipv6BlockContains, parseIpv6, parseIpv6Block } from "./ipv6.ts";

/** A packet is of one of the two; so are blocks, routes, entries of ACLs and most rules. */
export type IpFamily = "ipv4" | "ipv6";
export type IpBlock = Ipv4Block | Ipv6Block;

const isIpv6 = (block: IpBlock): block is Ipv6Block => typeof block.network === "bigint";

/** The family that an address or a block is written in. */
export const familyOf = (text: string): IpFamily => (text.includes(":") ? "ipv6" : "ipv4");

/** The block that `text` names, host bits cleared; undefined where it is none, or not of `family`. */
export const parseBlock = (text: string, family: IpFamily = familyOf(text)): IpBlock | undefined =>
  family === "ipv4" ? parseIpv4Block(text) : parseIpv6Block(text);

export const formatBlock = (block: IpBlock): string =>
  isIpv6(block) ? formatIpv6Block(block) : formatIpv4Block(block);

/** Whether every address of `inner` is one of `outer`. */
export const blockCovers = (outer: IpBlock, inner: IpBlock): boolean => {
  if (outer.prefixLength > inner.prefixLength) return false;
  if (isIpv6(outer)) return isIpv6(inner) && ipv6BlockContains(outer, inner.network);
  return !isIpv6(inner) && blockContains(outer, inner.network);
};

/** The address as it is written in one way only, or undefined where the text is none. */
export const canonicalAddress = (text: string): string | undefined => {
  if (familyOf(text) === "ipv4") return parseIpv4(text) === undefined ? undefined : text;
  const address = parseIpv6(text);
  return address === undefined ? undefined : formatIpv6(address);
};

/** Whether the text is an address of one of the families. */
export const isAddress = (text: string): boolean => parseIpv4(text) !== undefined || parseIpv6(text) !== undefined;

/** Whether the address, as text, is in the block, as text; false where either is none or their families differ. */
export const isInBlock = (cidr: string, address: string): boolean => {
  if (familyOf(cidr) === "ipv4") {
    const block = parseIpv4Block(cidr);
    const number = parseIpv4(address);
    return block !== undefined && number !== undefined && blockContains(block, number);
  }
  const block = parseIpv6Block(cidr);
  const number = parseIpv6(address);
  return block !== undefined && number !== undefined && ipv6BlockContains(block, number);
};

const compare = (one: IpBlock, other: IpBlock): number =>
  one.network < other.network ? -1 : one.network > other.network ? 1 : one.prefixLength - other.prefixLength;

/** The family's blocks among the texts, in their canonical form, less those that another one covers, in order. */
export const disjointBlocks = (cidrs: readonly string[], family: IpFamily): readonly string[] => {
  const kept: IpBlock[] = [];
  for (const block of cidrs.flatMap((cidr) => parseBlock(cidr, family) ?? []).sort(compare)) {
    const last = kept.at(-1);
    // Sorted by their beginnings, only the last one kept may cover the next.
    if (last === undefined || !blockCovers(last, block)) kept.push(block);
  }
  return kept.map(formatBlock);
};

/** Every address of a family, as AWS writes it. */
export const everywhere: Readonly<Record<IpFamily, string>> = { ipv4: "0.0.0.0/0", ipv6: "::/0" };
/** Addresses that are nobody's in the VPC but the router's own. */
export const linkLocalBlock: Readonly<Record<IpFamily, string>> = { ipv4: "169.254.0.0/16", ipv6: "fe80::/10" };

/** All blocks of a VPC: within them its own routes lead to its interfaces. */
export const vpcBlocks = (vpc: VpcSpec, family: IpFamily): readonly string[] =>
  family === "ipv4" ? [vpc.cidr, ...vpc.secondaryCidrs] : vpc.ipv6Cidrs;

export const subnetBlock = (subnet: SubnetSpec, family: IpFamily): string | undefined =>
  family === "ipv4" ? subnet.cidr : subnet.ipv6Cidr;

export const memberAddress = (
  member: Pick<InterfaceMembership, "privateAddress" | "ipv6Address">,
  family: IpFamily,
): string | undefined => (family === "ipv4" ? member.privateAddress : member.ipv6Address);

/** The interface of the VPC that has the address, of either family. */
export const interfaceAt = (vpc: VpcSpec, address: string): InterfaceMembership | undefined => {
  const family = familyOf(address);
  return vpc.interfaces.find((each) => memberAddress(each, family) === address);
};

/** Whether the address is of the subnet's block, so that no router stands between. */
export const isNeighbour = (subnet: SubnetSpec, address: string): boolean =>
  isInBlock(subnetBlock(subnet, familyOf(address)) ?? "", address);
