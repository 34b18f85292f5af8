import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { blobPath, type RegistryImage } from "@fleetless/kernel";
import { RegistryClient } from "@fleetless/oci";
import type { Descriptor } from "../containerd/messages.ts";
import type { ImageSource } from "./image-store.ts";
import { InvalidImageError } from "./manifest.ts";
import { registrySource } from "./registry-source.ts";

/**
 * An image of the control plane's own registry: its blobs are read from the registry's directory where this machine
 * has it, and else come through the distribution API.
 */
export class OwnRegistry implements ImageSource {
  readonly #directory: string;
  readonly #remote: ImageSource;

  constructor(image: RegistryImage, insecureRegistries: readonly string[]) {
    this.#directory = image.blobDirectory;
    const reference = { registry: image.host, repository: image.repository, digest: image.target.digest };
    this.#remote = registrySource(new RegistryClient({ reference, insecureRegistries, credentials: image.login }));
  }

  async readWhole(descriptor: Descriptor, limit: number, signal: AbortSignal): Promise<Buffer> {
    const path = await this.#pathOf(descriptor);
    if (path === undefined) return await this.#remote.readWhole(descriptor, limit, signal);
    if (descriptor.size > limit) throw new InvalidImageError(`${descriptor.digest} is larger than ${limit} bytes`);
    const bytes = await readFile(path, { signal });
    if (`sha256:${createHash("sha256").update(bytes).digest("hex")}` !== descriptor.digest)
      throw new InvalidImageError(`the registry's blob ${descriptor.digest} has another digest`);
    return bytes;
  }

  async *readBlob(descriptor: Descriptor, offset: number, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const path = await this.#pathOf(descriptor);
    if (path === undefined) yield* this.#remote.readBlob(descriptor, offset, signal);
    else yield* createReadStream(path, { start: offset, highWaterMark: 1024 * 1024, signal });
  }

  async #pathOf({ digest, size }: Descriptor): Promise<string | undefined> {
    const path = blobPath(this.#directory, digest);
    const found = await stat(path).catch(() => undefined);
    return found?.size === size ? path : undefined;
  }
}
