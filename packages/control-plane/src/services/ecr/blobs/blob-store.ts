import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Writable } from "node:stream";
import { blobPath } from "@fleetless/kernel";
import { sendFile } from "./send-file.ts";

/** Ends what a hold stands for. */
export type Release = () => void;

const uploadName = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Uploads have a record and outlive the process; what else is staged is its maker's alone. */
export const isUploadName = (name: string): boolean => uploadName.test(name);

const isAbsent = (thrown: unknown): boolean =>
  thrown instanceof Error && "code" in thrown && (thrown.code === "ENOENT" || thrown.code === "ENOTDIR");

const synchronise = async (path: string): Promise<void> => {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/**
 * Blobs on disk by their digest. A blob appears whole or not at all, and is durable before it is spoken of. One
 * process at a time may use a directory.
 */
export class BlobStore {
  /** Where blobs are; a node that shares this file system reads them there. */
  readonly directory: string;
  readonly stagingDirectory: string;
  readonly #holds = new Map<string, number>();
  readonly #removals = new Map<string, Promise<void>>();

  constructor(directory: string) {
    this.directory = join(directory, "blobs");
    this.stagingDirectory = join(directory, "uploads");
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    mkdirSync(this.stagingDirectory, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(this.stagingDirectory)) {
      if (!isUploadName(name)) rmSync(this.stagingPath(name), { recursive: true, force: true });
    }
  }

  stagingPath(name: string): string {
    return join(this.stagingDirectory, name);
  }

  /** Bytes, or undefined where there is no such blob. */
  async size(digest: string): Promise<number | undefined> {
    try {
      return (await stat(blobPath(this.directory, digest))).size;
    } catch (thrown) {
      if (isAbsent(thrown)) return undefined;
      throw thrown;
    }
  }

  /** Writes the bytes from `start` to `end`, both included, and ends the target. Throws where it is closed before. */
  send(digest: string, start: number, end: number, target: Writable): Promise<void> {
    return sendFile(blobPath(this.directory, digest), start, end, target);
  }

  /** A small blob as a whole, such as a manifest. */
  async read(digest: string): Promise<Buffer | undefined> {
    try {
      return await readFile(blobPath(this.directory, digest));
    } catch (thrown) {
      if (isAbsent(thrown)) return undefined;
      throw thrown;
    }
  }

  /**
   * Keeps a blob from being removed while the store does not yet say that it is needed. Waits for a removal that
   * is under way.
   */
  async hold(digest: string): Promise<Release> {
    for (let removal = this.#removals.get(digest); removal !== undefined; removal = this.#removals.get(digest)) {
      await removal;
    }
    this.#holds.set(digest, (this.#holds.get(digest) ?? 0) + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = (this.#holds.get(digest) ?? 1) - 1;
      if (left === 0) this.#holds.delete(digest);
      else this.#holds.set(digest, left);
    };
  }

  /** Makes a verified file of the staging directory the blob of its digest, durably. Hold the blob meanwhile. */
  async adopt(stagingName: string, digest: string): Promise<void> {
    const source = this.stagingPath(stagingName);
    const target = blobPath(this.directory, digest);
    if ((await this.size(digest)) !== undefined) {
      await rm(source, { force: true });
      return;
    }
    await synchronise(source);
    const made = mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    await rename(source, target);
    await synchronise(dirname(target));
    if (made !== undefined) await synchronise(dirname(dirname(target)));
  }

  /** Writes a small blob whose digest has been checked. Hold it meanwhile. */
  async write(digest: string, bytes: Uint8Array, stagingName: string): Promise<void> {
    if ((await this.size(digest)) !== undefined) return;
    const handle = await open(this.stagingPath(stagingName), "wx", 0o600);
    try {
      await handle.writeFile(bytes);
    } finally {
      await handle.close();
    }
    await this.adopt(stagingName, digest);
  }

  /** Removes a blob that nothing holds and that `isNeeded` does not claim. Answers whether it did. */
  async remove(digest: string, isNeeded: () => Promise<boolean>): Promise<boolean> {
    if (this.#holds.has(digest) || this.#removals.has(digest)) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#removals.set(digest, promise);
    try {
      if (await isNeeded()) return false;
      await rm(blobPath(this.directory, digest), { force: true });
      return true;
    } finally {
      this.#removals.delete(digest);
      resolve();
    }
  }

  /** Every digest on disk. */
  async *digests(): AsyncIterable<string> {
    for (const algorithm of await readdir(this.directory)) {
      for (const shard of await readdir(join(this.directory, algorithm))) {
        for (const name of await readdir(join(this.directory, algorithm, shard))) yield `${algorithm}:${name}`;
      }
    }
  }
}
