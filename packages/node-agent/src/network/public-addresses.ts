import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { blockContains, formatIpv4Block, type Ipv4Block, parseIpv4, parseIpv4Block } from "@fleetless/engine";
import { runCommand } from "../machine/run-command.ts";

/** Set aside for tests of network equipment, so that no machine in the world has one of these. RFC 2544. */
const pool: Ipv4Block = { network: 0xc6120000, prefixLength: 15 };
const slicePrefixLength = 22;
const sliceSize = 2 ** (32 - slicePrefixLength);
const sliceCount = 2 ** (slicePrefixLength - pool.prefixLength);

const routedAddresses = async (): Promise<readonly number[]> => {
  const { stdout } = await runCommand("ip", ["-4", "-j", "route", "show", "table", "all"], { outputLimit: 64 << 20 });
  const routes: unknown = JSON.parse(stdout || "[]");
  if (!Array.isArray(routes)) return [];
  return routes.flatMap((route: unknown) => {
    if (typeof route !== "object" || route === null || !("dst" in route) || typeof route.dst !== "string") return [];
    return parseIpv4(route.dst.split("/", 1)[0] ?? "") ?? [];
  });
};

/**
 * The block of public addresses of an instance: the one remembered under its data directory, else a /22 of
 * 198.18.0.0/15 to which nothing on this machine is routed yet.
 */
export const choosePublicCidr = async (instance: string, dataDirectory: string): Promise<string> => {
  const path = join(dataDirectory, "network", "public-cidr");
  const remembered = (await readFile(path, "utf8").catch(() => "")).trim();
  if (parseIpv4Block(remembered) !== undefined) return remembered;
  const routed = await routedAddresses();
  const first = createHash("sha256").update(instance).digest().readUInt32BE(0) % sliceCount;
  for (let index = 0; index < sliceCount; index += 1) {
    const network = pool.network + ((first + index) % sliceCount) * sliceSize;
    const slice = { network, prefixLength: slicePrefixLength };
    if (routed.some((address) => blockContains(slice, address))) continue;
    const cidr = formatIpv4Block(slice);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(`${path}.new`, `${cidr}\n`);
    await rename(`${path}.new`, path);
    return cidr;
  }
  throw new Error("Every block of 198.18.0.0/15 is routed on this machine already; give a block for public addresses");
};
