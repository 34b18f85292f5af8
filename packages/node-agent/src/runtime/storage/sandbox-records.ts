import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type WorkloadId, workloadId } from "@fleetless/kernel";
import type { OciProcess } from "../spec/oci.ts";

/** What is kept of a sandbox on disk, to carry on after a restart of the agent. */
export interface SandboxRecord {
  readonly workloadId: WorkloadId;
  readonly isolation: "gvisor" | "runc";
  readonly volume: string;
  readonly volumeSizeGiB: number;
  readonly cgroupPath: string;
  readonly networkNamespacePath: string;
  readonly hostname: string;
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  /** Whether a container has a memory limit of its own. */
  readonly watchesMemory?: boolean;
  /** Whether a container is given secrets: then nothing that holds its environment is written to disk. */
  readonly secrets?: boolean;
  /** Of a task that has one container and never restarts it. */
  readonly soleContainer?: { readonly id: string; readonly memoryMiB?: number };
}

export interface ContainerFile {
  readonly name: string;
  readonly attempt: number;
  readonly process: OciProcess;
  /** In which the users of commands are looked up. */
  readonly image?: string;
  readonly memoryMiB?: number;
  /** Of the shim that holds the container; containers of a task share one. */
  readonly shimGroup: string;
  readonly startedAt?: number;
}

/** One directory per sandbox: its record and a file per container. */
export class SandboxRecords {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o711 });
  }

  directory(id: WorkloadId): string {
    return join(this.#directory, id);
  }

  write(record: SandboxRecord): void {
    const directory = this.directory(record.workloadId);
    mkdirSync(directory, { recursive: true, mode: 0o711 });
    this.#replace(join(directory, "sandbox.json"), record);
  }

  read(id: WorkloadId): SandboxRecord | undefined {
    return this.#parse<SandboxRecord>(join(this.directory(id), "sandbox.json"));
  }

  writeContainer(id: WorkloadId, containerId: string, file: ContainerFile): void {
    this.#replace(join(this.directory(id), `${containerId}.json`), file);
  }

  readContainer(id: WorkloadId, containerId: string): ContainerFile | undefined {
    return this.#parse<ContainerFile>(join(this.directory(id), `${containerId}.json`));
  }

  async list(): Promise<readonly SandboxRecord[]> {
    const records: SandboxRecord[] = [];
    for (const name of await readdir(this.#directory)) {
      const text = await readFile(join(this.#directory, name, "sandbox.json"), "utf8").catch(() => "");
      if (text !== "") records.push(JSON.parse(text) as SandboxRecord);
      else if (/^[0-9a-f]{32}$/.test(name)) this.remove(workloadId(name));
    }
    return records;
  }

  remove(id: WorkloadId): void {
    rmSync(this.directory(id), { recursive: true, force: true });
  }

  /** Never leaves a half-written file behind, and keeps it from others: an environment may hold secrets. */
  #replace(path: string, value: object): void {
    writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  #parse<Value extends object>(path: string): Value | undefined {
    try {
      return JSON.parse(readFileSync(path, "utf8")) as Value;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw thrown;
    }
  }
}
