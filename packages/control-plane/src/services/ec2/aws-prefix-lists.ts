import { createHash } from "node:crypto";
import { gatewayServiceBlocks } from "@fleetless/engine";
import type { PrefixListRecord } from "./connectivity-collections.ts";

const idOf = (region: string, service: string): string =>
  `pl-${createHash("sha256").update(`${region}/${service}`).digest("hex").slice(0, 8)}`;

/**
 * The prefix lists that AWS keeps for the services behind gateway endpoints. Their addresses are of the range that
 * RFC 2544 sets aside, which no network routes: only a gateway endpoint leads there.
 */
export const awsPrefixLists = (region: string): readonly PrefixListRecord[] =>
  Object.entries(gatewayServiceBlocks).map(([service, cidrs]) => ({
    id: idOf(region, service),
    name: `com.amazonaws.${region}.${service}`,
    accountId: "AWS",
    region,
    tags: {},
    addressFamily: "IPv4",
    maxEntries: cidrs.length,
    version: 1,
    versions: [cidrs.map((cidr) => ({ cidr }))],
  }));
