import { isIP, isIPv4 } from "node:net";
import type { VpcSpec } from "@fleetless/kernel";
import { decode } from "dns-packet";
import { nameCandidates } from "../name-candidates.ts";
import { buildQuery, readQuestion } from "./dns-message.ts";
import type { VpcResolver } from "./resolver.ts";

/** A host as a VPC's tasks know it. */
export interface HostInVpc {
  /** Of IPv4; undefined where the VPC's resolver knows none. */
  readonly address: string | undefined;
  /** Another VPC may know another host by this name or address. */
  readonly isOwn: boolean;
}

const typeA = 1;

/** By RFC 1918, RFC 6598, RFC 3927, RFC 4193 and RFC 4291. */
const privateAddress =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.|f[cd]|fe[89ab])/i;

const firstAddress = async (resolver: VpcResolver, vpc: VpcSpec, name: string): Promise<string | undefined> => {
  const query = buildQuery(name, typeA);
  const question = readQuestion(query);
  if (question === undefined) return undefined;
  // As a task would over TCP: nothing is cut off.
  const message = await resolver.answer(query, question, { protocol: "tcp", source: `${vpc.id} node` });
  if (message === undefined) return undefined;
  const found = decode(message).answers?.find((answer) => answer.type === "A");
  return found?.type === "A" ? found.data : undefined;
};

/** Where name servers of one's own answer for the VPC, only a packet could tell what they know. */
const hasAmazonsDns = ({ dhcpOptions }: VpcSpec): boolean =>
  dhcpOptions?.domainNameServers?.every((server) => server === "AmazonProvidedDNS") ?? true;

export const findHostInVpc = async (
  resolver: VpcResolver,
  vpc: VpcSpec,
  named: string,
  searchDomains: readonly string[],
): Promise<HostInVpc> => {
  const host = named.replace(/^\[(.*)\]$/, "$1");
  if (isIP(host) !== 0) return { address: isIPv4(host) ? host : undefined, isOwn: privateAddress.test(host) };
  if (!hasAmazonsDns(vpc)) return { address: undefined, isOwn: true };
  for (const name of nameCandidates(host, searchDomains)) {
    const address = await firstAddress(resolver, vpc, name);
    if (address !== undefined) return { address, isOwn: resolver.knows(name) };
  }
  return { address: undefined, isOwn: resolver.knows(host) };
};
