import { type FSWatcher, watch } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type Logger, messageOf } from "@fleetless/kernel";
import { punchHole } from "./punch-hole.ts";

/** What was read is given back to the disk in steps of this many bytes. */
const punchStep = 4 * 1024 * 1024;

/** The file to which a container's output is appended, read by position; its beginning may be given back. */
export class OutputFile {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #onChange: () => void;
  #handle: FileHandle | undefined;
  #watcher: FSWatcher | undefined;
  #punched = 0;
  #punching: Promise<void> | undefined;
  #canPunch = true;

  constructor(path: string, logger: Logger, onChange: () => void) {
    this.#path = path;
    this.#logger = logger;
    this.#onChange = onChange;
  }

  /** False where the file is not there yet. */
  async open(): Promise<boolean> {
    if (this.#handle !== undefined) return true;
    try {
      this.#handle = await open(this.#path, "r");
    } catch (thrown) {
      if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return false;
      throw thrown;
    }
    try {
      this.#watcher = watch(this.#path, { persistent: false }, this.#onChange);
      this.#watcher.on("error", () => this.#unwatch());
    } catch (thrown) {
      // The poll finds what the watch would have told, a little later.
      this.#logger.debug({ path: this.#path, error: messageOf(thrown) }, "cannot watch a container's output");
    }
    return true;
  }

  /** Whether changes of the file are told. */
  get isWatched(): boolean {
    return this.#watcher !== undefined;
  }

  /** Size in bytes, and when it was last written to in milliseconds since the Unix epoch. */
  async stat(): Promise<{ readonly size: number; readonly writtenAt: number }> {
    if (this.#handle === undefined) return { size: 0, writtenAt: 0 };
    const { size, mtimeMs } = await this.#handle.stat();
    return { size, writtenAt: Math.floor(mtimeMs) };
  }

  /** The bytes from `position` to `end`; fewer where the file ends before. */
  async read(position: number, end: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.max(0, end - position));
    let length = 0;
    while (this.#handle !== undefined && length < buffer.length) {
      const { bytesRead } = await this.#handle.read(buffer, length, buffer.length - length, position + length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  }

  /** Nobody will read what stands before `position` again: gives it back when it has become enough. */
  release(position: number): void {
    if (!this.#canPunch || this.#punching !== undefined || position - this.#punched < punchStep) return;
    const [from, length] = [this.#punched, position - this.#punched];
    this.#punching = punchHole(this.#path, from, length)
      .then(() => {
        this.#punched = from + length;
      })
      .catch((thrown: unknown) => {
        this.#canPunch = false;
        this.#logger.warn(
          { path: this.#path, error: messageOf(thrown) },
          "cannot give delivered logs back to the disk",
        );
      })
      .finally(() => {
        this.#punching = undefined;
      });
  }

  async close(): Promise<void> {
    this.#unwatch();
    await this.#punching;
    await this.#handle?.close();
    this.#handle = undefined;
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
