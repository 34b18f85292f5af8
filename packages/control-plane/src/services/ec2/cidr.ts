import { formatIpv6Block, parseIpv6Block } from "@fleetless/engine";
import { formatIpv4Network, parseIpv4Network } from "./ipv4.ts";

interface Span {
  readonly family: "IPv4" | "IPv6";
  readonly first: bigint;
  readonly last: bigint;
}

const spanOf = (cidr: string): Span | undefined => {
  const ipv4 = parseIpv4Network(cidr);
  if (ipv4 !== undefined) {
    return { family: "IPv4", first: BigInt(ipv4.first), last: BigInt(ipv4.first + ipv4.size - 1) };
  }
  const ipv6 = parseIpv6Block(cidr);
  if (ipv6 === undefined) return undefined;
  return { family: "IPv6", first: ipv6.network, last: ipv6.network + (1n << BigInt(128 - ipv6.prefixLength)) - 1n };
};

/** The block in its canonical form, with the host's bits cleared, or undefined where `text` is none. */
export const canonicalCidr = (text: string): string | undefined => {
  const ipv4 = parseIpv4Network(text);
  if (ipv4 !== undefined) return formatIpv4Network(ipv4);
  const ipv6 = parseIpv6Block(text);
  return ipv6 === undefined ? undefined : formatIpv6Block(ipv6);
};

/** `IPv4` or `IPv6`; undefined where `text` is no block. */
export const familyOf = (text: string): Span["family"] | undefined => spanOf(text)?.family;

/** Whether two blocks have an address in common. */
export const cidrsOverlap = (left: string, right: string): boolean => {
  const [a, b] = [spanOf(left), spanOf(right)];
  return a !== undefined && b !== undefined && a.family === b.family && a.first <= b.last && b.first <= a.last;
};

/** Whether all of `inner` lies in `outer`. */
export const cidrContains = (outer: string, inner: string): boolean => {
  const [a, b] = [spanOf(outer), spanOf(inner)];
  return a !== undefined && b !== undefined && a.family === b.family && a.first <= b.first && b.last <= a.last;
};
