import { blockContains, isInBlock, parseIpv4, parseIpv4Block } from "@fleetless/engine";
import type { VpcSpec } from "@fleetless/kernel";

/** The domain of the private DNS names that Amazon gives, by region. */
export const privateDomain = (region: string): string =>
  region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;

/** What the VPC itself knows of a name: addresses, a name, that it does not exist, or (undefined) nothing. */
export type PrivateAnswer =
  | { readonly kind: "addresses"; readonly addresses: readonly string[] }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "unknown-name" };

const inVpc = (vpc: VpcSpec, address: string): boolean => {
  const number = parseIpv4(address);
  if (number === undefined) return false;
  return [vpc.cidr, ...vpc.secondaryCidrs].some((cidr) => {
    const block = parseIpv4Block(cidr);
    return block !== undefined && blockContains(block, number);
  });
};

/** The address that a name of RFC 3596, section 2.5 is the reverse of; undefined where it is none, or not a whole one. */
const reversedIpv6 = (name: string): string | undefined => {
  const digits = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)?.[1]?.split(".").reverse().join("");
  return digits?.replace(/.{4}(?=.)/g, "$&:");
};

/**
 * Amazon-provided private names: `ip-10-0-1-2.<domain>` leads to 10.0.1.2 and back, for every address of the
 * VPC. Those of IPv6 have none, and nobody elsewhere could know of them. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html
 */
export const answerPrivateName = (vpc: VpcSpec, queried: string): PrivateAnswer | undefined => {
  const name = queried.toLowerCase().replace(/\.$/, "");
  const domain = privateDomain(vpc.region);
  if (name === domain || name.endsWith(`.${domain}`)) {
    const address = /^ip-(\d+)-(\d+)-(\d+)-(\d+)$/
      .exec(name.slice(0, Math.max(0, name.length - domain.length - 1)))
      ?.slice(1)
      .join(".");
    return address !== undefined && inVpc(vpc, address)
      ? { kind: "addresses", addresses: [address] }
      : { kind: "unknown-name" };
  }
  const six = reversedIpv6(name);
  if (six !== undefined && vpc.ipv6Cidrs.some((cidr) => isInBlock(cidr, six))) return { kind: "unknown-name" };
  const reverse = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(name);
  const address = reverse?.slice(1).reverse().join(".");
  if (address === undefined || !inVpc(vpc, address)) return undefined;
  return { kind: "name", name: `ip-${address.replaceAll(".", "-")}.${domain}` };
};

/**
 * Names of interface endpoints: their own, regional and of each zone, and the services' where private DNS is on, which
 * needs DNS hostnames as on AWS. https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html
 */
export const answerEndpointName = (vpc: VpcSpec, queried: string): PrivateAnswer | undefined => {
  if (vpc.endpoints.length === 0) return undefined;
  const name = queried.toLowerCase().replace(/\.$/, "");
  const [, above = ""] = /^[^.]+\.(.*)$/.exec(name) ?? [];
  for (const { dnsNames, privateDnsNames, interfaces } of vpc.endpoints) {
    const all = interfaces.map(({ privateAddress }) => privateAddress);
    const isService = vpc.dnsHostnames && privateDnsNames.some((one) => one === name || one === `*.${above}`);
    const place = dnsNames.indexOf(name);
    const [regional] = dnsNames;
    if (isService || place === 0) return { kind: "addresses", addresses: all };
    if (place > 0) return { kind: "addresses", addresses: all.slice(place - 1, place) };
    if (regional !== undefined && name.endsWith(`.${regional}`)) return { kind: "unknown-name" };
  }
  return undefined;
};
