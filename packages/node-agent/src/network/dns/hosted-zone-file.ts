import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type HostedZoneUpdate, type Logger, messageOf } from "@fleetless/kernel";
import type { HostedZones } from "./hosted-zones.ts";

const restMilliseconds = 1_000;

/** Keeps hosted zones on disk, so that an agent that restarts with the control plane away answers from them. */
export class HostedZoneFile {
  readonly #path: string;
  readonly #zones: HostedZones;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, zones: HostedZones, logger: Logger) {
    this.#path = path;
    this.#zones = zones;
    this.#logger = logger;
  }

  async load(): Promise<void> {
    const text = await readFile(this.#path, "utf8").catch(() => undefined);
    if (text === undefined) return;
    try {
      const kept: HostedZoneUpdate = JSON.parse(text);
      this.#zones.apply(kept);
    } catch (thrown) {
      this.#logger.warn({ error: messageOf(thrown) }, "kept hosted zones cannot be read, the control plane tells anew");
    }
  }

  /** Writes soon, once for all changes until then. */
  save(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write());
    }, restMilliseconds).unref();
  }

  async close(): Promise<void> {
    const due = this.#timer !== undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (due) this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  async #write(): Promise<void> {
    try {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      await writeFile(`${this.#path}.new`, JSON.stringify(this.#zones.snapshot()), { mode: 0o600 });
      await rename(`${this.#path}.new`, this.#path);
    } catch (thrown) {
      this.#logger.warn({ error: messageOf(thrown) }, "hosted zones could not be kept on disk");
    }
  }
}
