import { BlockList, isIP } from "node:net";

const refused = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["224.0.0.0", 3],
] as const) {
  refused.addSubnet(network, prefix, "ipv4");
  refused.addSubnet(`::ffff:${network}`, 96 + prefix, "ipv6");
}
for (const [network, prefix] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const) {
  refused.addSubnet(network, prefix, "ipv6");
}

/**
 * Whether health checks may go to an address: as on AWS to none that is local, private, not routable or multicast, or a
 * check would tell its owner of what only this machine can reach.
 */
export const isCheckableAddress = (address: string): boolean => {
  const family = isIP(address);
  return family !== 0 && !refused.check(address, family === 4 ? "ipv4" : "ipv6");
};
