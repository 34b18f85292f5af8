import { blockContains, parseIpv4, parseIpv4Block } from "@fleetless/engine";
import type { VpcSpec } from "@fleetless/kernel";

/** The domain of the private DNS names that Amazon gives, by region. */
export const privateDomain = (region: string): string =>
  region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;

/** What the VPC itself knows of a name: an address, a name, that it does not exist, or (undefined) nothing. */
export type PrivateAnswer =
  | { readonly kind: "address"; readonly address: string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "unknown-name" };

const inVpc = (vpc: VpcSpec, address: string): boolean => {
  const block = parseIpv4Block(vpc.cidr);
  const number = parseIpv4(address);
  return block !== undefined && number !== undefined && blockContains(block, number);
};

/**
 * Amazon-provided private names: `ip-10-0-1-2.<domain>` leads to 10.0.1.2 and back, for every address of the
 * VPC. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html
 */
export const answerPrivateName = (vpc: VpcSpec, queried: string): PrivateAnswer | undefined => {
  const name = queried.toLowerCase().replace(/\.$/, "");
  const domain = privateDomain(vpc.region);
  if (name === domain || name.endsWith(`.${domain}`)) {
    const address = /^ip-(\d+)-(\d+)-(\d+)-(\d+)$/
      .exec(name.slice(0, Math.max(0, name.length - domain.length - 1)))
      ?.slice(1)
      .join(".");
    return address !== undefined && inVpc(vpc, address) ? { kind: "address", address } : { kind: "unknown-name" };
  }
  const reverse = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(name);
  const address = reverse?.slice(1).reverse().join(".");
  if (address === undefined || !inVpc(vpc, address)) return undefined;
  return { kind: "name", name: `ip-${address.replaceAll(".", "-")}.${domain}` };
};
