import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIP } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** IPv4 addresses that a socket of IPv6 shows count as what they are. */
const isLoopback = (address: string): boolean => {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? "ipv6" : "ipv4");
};

/** An address, or a name that no one else's DNS can point at this machine. */
const isOwnHost = (host: string): boolean => {
  const name = host.replace(/:\d*$/, "").toLowerCase();
  return isIP(name.replace(/^\[|\]$/g, "")) !== 0 || name === "localhost" || name.endsWith(".localhost");
};

/** Browsers send these with what a page asks for; a page of any site may ask for something of loopback. */
const isFromPage = (headers: IncomingHttpHeaders): boolean =>
  headers.origin !== undefined || !["none", undefined].includes(headers["sec-fetch-site"]?.toString());

/**
 * Whether a request is a program's on this machine: it came over loopback, and no web page made it, neither
 * across sites nor under a name of its own that resolves to loopback.
 */
export const isLocalCaller = (sourceAddress: string, headers: IncomingHttpHeaders): boolean =>
  isLoopback(sourceAddress) && !isFromPage(headers) && isOwnHost(headers.host ?? "");
