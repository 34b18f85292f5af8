import { addressAt, linkLocalTaskBlock } from "@fleetless/engine";

/** As with ECS: neither the block's own address, nor its first, nor the last. */
const firstOffset = 2;
const lastOffset = 1022;

/**
 * An address that none of those has which are taken. Throws where there is none left: a machine has room for 1021 tasks
 * without an IPv4 address in one VPC.
 */
export const freeLinkLocalAddress = (taken: ReadonlySet<string>): string => {
  for (let offset = firstOffset; offset <= lastOffset; offset += 1) {
    const address = addressAt(linkLocalTaskBlock, offset);
    if (!taken.has(address)) return address;
  }
  throw new Error(`Every address of ${linkLocalTaskBlock} is another task's on this machine`);
};
