import { isIP } from "node:net";
import { familyOf, type IpFamily } from "@fleetless/engine";
import type { VpcSpec } from "@fleetless/kernel";
import { decode } from "dns-packet";
import { nameCandidates } from "../name-candidates.ts";
import { buildQuery, readQuestion, responseCode, responseCodeOf } from "./dns-message.ts";
import type { VpcResolver } from "./resolver.ts";

/** A host as a VPC's tasks know it. */
export interface HostInVpc {
  /** Of the family that is asked for; undefined where the VPC's resolver knows none. */
  readonly address: string | undefined;
  /** An address of IPv6 is asked for, and it has addresses of IPv4 and none of IPv6. */
  readonly isIpv4Only?: true;
  /** Another VPC may know another host by this name or address. */
  readonly isOwn: boolean;
}

const types = { ipv4: { name: "A", number: 1 }, ipv6: { name: "AAAA", number: 28 } } as const;

/** By RFC 1918, RFC 6598, RFC 3927, RFC 4193 and RFC 4291. */
const privateAddress =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.|f[cd]|fe[89ab])/i;

/** `none` where the resolver says that there is no address of the family. */
const firstAddress = async (
  resolver: VpcResolver,
  vpc: VpcSpec,
  name: string,
  family: IpFamily,
): Promise<{ readonly address: string } | "none" | "unknown"> => {
  const query = buildQuery(name, types[family].number);
  const question = readQuestion(query);
  if (question === undefined) return "unknown";
  // As a task would over TCP: nothing is cut off.
  const message = await resolver.answer(query, question, { protocol: "tcp", source: `${vpc.id} node` });
  if (message === undefined) return "unknown";
  const found = decode(message).answers?.find(({ type }) => type === types[family].name);
  if (found?.type === "A" || found?.type === "AAAA") return { address: found.data };
  const code = responseCodeOf(message);
  return code === responseCode.noError || code === responseCode.nameError ? "none" : "unknown";
};

/** Where name servers of one's own answer for the VPC, only a packet could tell what they know. */
const hasAmazonsDns = ({ dhcpOptions }: VpcSpec): boolean =>
  dhcpOptions?.domainNameServers?.every((server) => server === "AmazonProvidedDNS") ?? true;

export const findHostInVpc = async (
  resolver: VpcResolver,
  vpc: VpcSpec,
  named: string,
  {
    searchDomains,
    family = "ipv4",
  }: { readonly searchDomains: readonly string[]; readonly family?: IpFamily | undefined },
): Promise<HostInVpc> => {
  const host = named.replace(/^\[(.*)\]$/, "$1");
  if (isIP(host) !== 0) {
    const isOwn = privateAddress.test(host);
    if (familyOf(host) === family) return { address: host, isOwn };
    return { address: undefined, isOwn, ...(family === "ipv6" ? { isIpv4Only: true } : {}) };
  }
  if (!hasAmazonsDns(vpc)) return { address: undefined, isOwn: true };
  for (const name of nameCandidates(host, searchDomains)) {
    const found = await firstAddress(resolver, vpc, name, family);
    if (typeof found === "object") return { address: found.address, isOwn: resolver.knows(name) };
    if (family !== "ipv6" || found !== "none") continue;
    const other = await firstAddress(resolver, vpc, name, "ipv4");
    if (typeof other === "object") return { address: undefined, isOwn: resolver.knows(name), isIpv4Only: true };
  }
  return { address: undefined, isOwn: resolver.knows(host) };
};
