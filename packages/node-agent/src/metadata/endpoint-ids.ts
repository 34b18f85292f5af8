import { createHmac, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { WorkloadId } from "@fleetless/kernel";

/**
 * The parts of URLs that a task is given. They cannot be guessed, and they are the same after a restart of
 * the agent, since running containers keep the environment they were started with.
 */
export class EndpointIds {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  container(workloadId: WorkloadId, containerName: string): string {
    return this.#derive("container", workloadId, containerName);
  }

  credentials(workloadId: WorkloadId): string {
    return this.#derive("credentials", workloadId);
  }

  #derive(...parts: readonly string[]): string {
    return createHmac("sha256", this.#key).update(JSON.stringify(parts)).digest("hex");
  }
}

/** The ids made with the key in the file, which is made at the first call. */
export const openEndpointIds = async (path: string): Promise<EndpointIds> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeFile(path, randomBytes(32), { flag: "wx", mode: 0o600 });
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")) throw thrown;
  }
  const key = await readFile(path);
  if (key.length !== 32) throw new Error(`${path} does not hold a key of 32 bytes; remove it to have a new one made`);
  return new EndpointIds(key);
};
