import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { standardPath } from "@fleetless/node-agent";
import type { Instance } from "./instance.ts";

/** 198.18.0.0/15 is reserved for testing networks (RFC 2544); it has this many blocks of 256 addresses. */
const blocks = 512;

const blockAt = (index: number): string => `198.${18 + (index >> 8)}.${index & 255}.0/24`;

/** Where gateway endpoints of VPCs lead: as public addresses these would be hidden from tasks that have such endpoints. */
const gatewayServices = [blockAt(0), blockAt(1)];

/** The first block, beginning at `start` and going round, that is not taken; undefined where all are. */
export const freeBlock = (start: number, taken: ReadonlySet<string>): string | undefined => {
  for (let step = 0; step < blocks; step += 1) {
    const block = blockAt((start + step) % blocks);
    if (!taken.has(block)) return block;
  }
  return undefined;
};

/**
 * The block from which an instance's tasks get their public addresses: chosen at its first start so that no
 * other instance on the machine has it, and kept from then on.
 */
export const instancePublicCidr = (instance: Instance): string => {
  const path = join(instance.dataDirectory, "public-cidr");
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    // The first start of this instance.
  }
  const routes: readonly { readonly dst: string }[] = JSON.parse(
    execFileSync("ip", ["-j", "route"], { encoding: "utf8", env: { PATH: standardPath } }),
  );
  const block = freeBlock(
    Number.parseInt(instance.name, 16) % blocks,
    new Set([...routes.map(({ dst }) => dst), ...gatewayServices]),
  );
  if (block === undefined) {
    throw new Error("Every block of 198.18.0.0/15 is in use on this machine: name another with --public-cidr");
  }
  writeFileSync(path, block, { mode: 0o600 });
  return block;
};
