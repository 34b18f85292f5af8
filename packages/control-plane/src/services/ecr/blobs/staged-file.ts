import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { algorithmOf } from "../names.ts";

const flushBytes = 32 * 1024 * 1024;
const readAhead = 1024 * 1024;

/** More bytes came than a layer may have. */
export class TooManyBytesError extends Error {
  override readonly name = "TooManyBytesError";
}

/**
 * A blob that is being received: a file that only grows, and the hash of what it holds. What came in before a
 * restart is hashed again from the file when it is asked for.
 */
export class StagedFile {
  readonly #path: string;
  #hash: Hash | undefined;
  #size: number;
  #flushing: Promise<void> = Promise.resolve();

  private constructor(path: string, size: number) {
    this.#path = path;
    this.#size = size;
    this.#hash = size === 0 ? createHash("sha256") : undefined;
  }

  /** Takes up what is there already. */
  static async open(path: string): Promise<StagedFile> {
    const handle = await open(path, "a", 0o600);
    try {
      return new StagedFile(path, (await handle.stat()).size);
    } finally {
      await handle.close();
    }
  }

  get size(): number {
    return this.#size;
  }

  /** Appends all that the source yields. What came before a failure stays. Throws TooManyBytesError. */
  async append(source: AsyncIterable<Uint8Array>, limit: number): Promise<void> {
    const handle = await open(this.#path, "r+");
    try {
      let unflushed = 0;
      for await (const chunk of source) {
        if (this.#size + chunk.length > limit) throw new TooManyBytesError(`a layer has at most ${limit} bytes`);
        const writing = writeFully(handle, chunk, this.#size);
        this.#hash?.update(chunk);
        await writing;
        this.#size += chunk.length;
        unflushed += chunk.length;
        if (unflushed >= flushBytes) {
          unflushed = 0;
          // So that little is left to wait for when the blob is complete.
          this.#flushing = this.#flushing.then(() => handle.datasync());
        }
      }
    } finally {
      await this.#flushing.finally(() => handle.close());
    }
  }

  /** The digest of all that came, under the algorithm of `expected`. */
  async digest(expected: string): Promise<string> {
    const algorithm = algorithmOf(expected);
    const hash = algorithm === "sha256" ? (this.#hash ?? (await this.#read("sha256"))) : await this.#read(algorithm);
    return `${algorithm}:${hash.copy().digest("hex")}`;
  }

  async #read(algorithm: string): Promise<Hash> {
    const hash = createHash(algorithm);
    for await (const chunk of createReadStream(this.#path, { highWaterMark: readAhead })) hash.update(chunk);
    if (algorithm === "sha256") this.#hash = hash;
    return hash;
  }
}

const writeFully = async (handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> => {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, written, chunk.length - written, position + written);
    written += bytesWritten;
  }
};
