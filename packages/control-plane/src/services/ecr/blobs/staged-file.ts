import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { algorithmOf } from "../names.ts";

/** How much may wait in memory while a batch before it is written. */
const batchBytes = 4 * 1024 * 1024;
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

  /**
   * Appends all that the source yields. What came before a failure stays. Throws TooManyBytesError. What comes in
   * while a batch is written and hashed makes up the next one.
   */
  async append(source: AsyncIterable<Uint8Array>, limit: number): Promise<void> {
    const handle = await open(this.#path, "r+");
    let batch: Uint8Array[] = [];
    let gathered = 0;
    let received = this.#size;
    let writing: Promise<void> | undefined;
    let failure: unknown;
    const writeOn = (): void => {
      if (writing !== undefined || gathered === 0 || failure !== undefined) return;
      const [chunks, position] = [batch, received - gathered];
      batch = [];
      gathered = 0;
      writing = this.#write(handle, chunks, position)
        .catch((thrown: unknown) => {
          failure = thrown;
        })
        .finally(() => {
          writing = undefined;
          writeOn();
        });
    };
    try {
      for await (const chunk of source) {
        if (received + chunk.length > limit) throw new TooManyBytesError(`a layer has at most ${limit} bytes`);
        batch.push(chunk);
        gathered += chunk.length;
        received += chunk.length;
        writeOn();
        while (gathered >= batchBytes && writing !== undefined) await writing;
        if (failure !== undefined) throw failure;
      }
    } finally {
      while (writing !== undefined) await writing;
      await handle.close();
    }
    if (failure !== undefined) throw failure;
  }

  async #write(handle: FileHandle, chunks: readonly Uint8Array[], position: number): Promise<void> {
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const writing = writeFully(handle, chunks, position, bytes);
    for (const chunk of chunks) this.#hash?.update(chunk);
    try {
      await writing;
    } catch (thrown) {
      // The hash is ahead of the file: it is read again when it is asked for.
      this.#hash = undefined;
      throw thrown;
    }
    this.#size = position + bytes;
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

const writeFully = async (
  handle: FileHandle,
  chunks: readonly Uint8Array[],
  position: number,
  bytes: number,
): Promise<void> => {
  const { bytesWritten } = await handle.writev(chunks, position);
  if (bytesWritten === bytes) return;
  const rest = Buffer.concat(chunks).subarray(bytesWritten);
  for (let written = 0; written < rest.length; ) {
    const more = await handle.write(rest, written, rest.length - written, position + bytesWritten + written);
    written += more.bytesWritten;
  }
};
