import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rm, rmdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "@fleetless/kernel";
import { messageOf } from "@fleetless/kernel";
import type { Quiet } from "../../machine/quiet.ts";
import { runCommand, tryCommand } from "../../machine/run-command.ts";

/**
 * A task's ephemeral storage: a sparse ext4 image mounted through a loop device, so that its size is enforced on
 * any kernel, with or without project quotas.
 */
export interface EphemeralVolume {
  /** Under which the volume is found again after a restart. */
  readonly name: string;
  readonly directory: string;
  readonly sizeGiB: number;
}

const gibibyte = 1024 ** 3;

/** No journal: nothing in it outlives a crash of the machine. */
const formatOptions = [
  "-q",
  "-F",
  "-m",
  "0",
  "-O",
  "^has_journal",
  "-E",
  "nodiscard,lazy_itable_init=1,root_owner=0:0",
];

export interface VolumeStoreOptions {
  readonly directory: string;
  readonly logger: Logger;
  readonly quiet: Quiet;
  /** How many volumes of the default size are kept ready. */
  readonly ready: number;
  readonly defaultSizeGiB: number;
}

/** Makes, keeps ready, finds and removes ephemeral volumes. */
export class VolumeStore {
  readonly #options: VolumeStoreOptions;
  readonly #ready: EphemeralVolume[] = [];
  #refill: Promise<void> | undefined;
  #closed = false;
  readonly #removals = new Set<Promise<void>>();

  constructor(options: VolumeStoreOptions) {
    this.#options = options;
  }

  #image(name: string): string {
    return join(this.#options.directory, `${name}.img`);
  }

  open(name: string, sizeGiB: number): EphemeralVolume {
    return { name, sizeGiB, directory: join(this.#options.directory, name) };
  }

  async #make(sizeGiB: number): Promise<EphemeralVolume> {
    const volume = this.open(randomBytes(8).toString("hex"), sizeGiB);
    const image = this.#image(volume.name);
    try {
      await mkdir(volume.directory, { recursive: true, mode: 0o711 });
      const file = await open(image, "wx", 0o600);
      await file.truncate(sizeGiB * gibibyte);
      await file.close();
      await runCommand("mkfs.ext4", [...formatOptions, image]);
      await this.#mount(volume);
      await rmdir(join(volume.directory, "lost+found"));
      return volume;
    } catch (thrown) {
      await this.#remove(volume.name);
      throw thrown;
    }
  }

  async #mount(volume: EphemeralVolume): Promise<void> {
    await runCommand("mount", ["-t", "ext4", "-o", "loop,nodev,noatime", this.#image(volume.name), volume.directory]);
  }

  /** A volume of this size: at once where it is the default and one is ready. */
  async claim(sizeGiB: number): Promise<EphemeralVolume> {
    const ready = sizeGiB === this.#options.defaultSizeGiB ? this.#ready.shift() : undefined;
    const volume = ready ?? (await this.#make(sizeGiB));
    this.fill();
    return volume;
  }

  /** Mounts a volume again where it is not, as after a restart of the machine. */
  async ensureMounted(volume: EphemeralVolume): Promise<void> {
    const mounts = await readFile("/proc/self/mounts", "utf8");
    if (!mounts.includes(` ${volume.directory} `)) await this.#mount(volume);
  }

  /** Brings the number of ready volumes up, in the background. */
  fill(): void {
    if (this.#refill !== undefined || this.#closed) return;
    const work = async (): Promise<void> => {
      while (!this.#closed && this.#ready.length < this.#options.ready) {
        await this.#options.quiet.calm();
        if (!this.#closed) this.#ready.push(await this.#make(this.#options.defaultSizeGiB));
      }
    };
    this.#refill = work()
      .catch((thrown: unknown) =>
        this.#options.logger.warn({ error: messageOf(thrown) }, "ephemeral storage could not be made ready"),
      )
      .finally(() => {
        this.#refill = undefined;
      });
  }

  async ready(): Promise<void> {
    this.fill();
    await this.#refill;
  }

  async usage(volume: EphemeralVolume): Promise<{ readonly usedMiB: number; readonly reservedMiB: number }> {
    const found = await statfs(volume.directory);
    const used = ((found.blocks - found.bfree) * found.bsize) / 1024 / 1024;
    return { usedMiB: Math.ceil(used), reservedMiB: volume.sizeGiB * 1024 };
  }

  /** Takes space away that the image's layers would use on Fargate; answers false where there is not so much. */
  async reserve(volume: EphemeralVolume, name: string, bytes: number): Promise<boolean> {
    if (bytes === 0) return true;
    await this.#options.quiet.calm();
    const directory = join(volume.directory, "layers");
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const result = await tryCommand("fallocate", ["-l", String(bytes), join(directory, name)]);
    return result.exitCode === 0;
  }

  /** Unmounts and removes a volume in the background; one that is gone already is no error. */
  release(name: string): void {
    const removal = this.#remove(name)
      .catch((thrown: unknown) =>
        this.#options.logger.warn({ volume: name, error: messageOf(thrown) }, "ephemeral storage could not be removed"),
      )
      .finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }

  async #remove(name: string): Promise<void> {
    const directory = join(this.#options.directory, name);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const result = await tryCommand("umount", attempt < 15 ? [directory] : ["-l", directory]);
      if (result.exitCode === 0 || !/busy/.test(result.stderr)) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await rm(this.#image(name), { force: true });
    if (existsSync(directory)) await rmdir(directory);
  }

  /** Removes every volume that none of these names is of, such as those made ready by a process now dead. */
  async removeOthers(names: ReadonlySet<string>): Promise<void> {
    for (const entry of await readdir(this.#options.directory)) {
      const name = entry.replace(/\.img$/, "");
      const ready = this.#ready.some((volume) => volume.name === name);
      if (!names.has(name) && !ready) await this.#remove(name);
    }
  }

  /** Removes the ready ones and waits for removals under way; claimed volumes stay. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#refill;
    await Promise.all(this.#ready.splice(0).map((volume) => this.#remove(volume.name)));
    await Promise.all(this.#removals);
  }
}
