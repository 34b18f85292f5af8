import { renameSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { NetworkInterfaceSpec, VpcSpec, WorkloadId } from "@fleetless/kernel";
import type { NetworkFault } from "../faults/network-fault.ts";

/** What this machine did for one workload's interface, kept so that a restarted agent finds it. */
export interface InterfaceRecord {
  readonly workloadId: WorkloadId;
  readonly networkInterface: NetworkInterfaceSpec;
  readonly namespace: string;
  readonly port: string;
  /** False from before the first change in the kernel until all of them are done. */
  readonly attached: boolean;
  /** Disturbances that the task asked for. */
  readonly faults?: readonly NetworkFault[];
}

/** A directory of JSON files, each replaced as a whole. */
class RecordDirectory<Value> {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async open(): Promise<readonly Value[]> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const values: Value[] = [];
    for (const file of await readdir(this.#directory)) {
      const path = join(this.#directory, file);
      if (file.endsWith(".json")) values.push(JSON.parse(await readFile(path, "utf8")));
      else await rm(path);
    }
    return values;
  }

  async put(name: string, value: Value): Promise<void> {
    if (!/^[\w-]{1,128}$/.test(name)) throw new TypeError(`Not the name of a record: ${name}`);
    const path = join(this.#directory, name);
    // At once: a turn through the thread pool, behind the syncs of the stores, takes a hundred times as long.
    writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
    renameSync(`${path}.new`, `${path}.json`);
  }

  async delete(name: string): Promise<void> {
    await rm(join(this.#directory, `${name}.json`), { force: true });
  }
}

/** What the data plane remembers across restarts of the agent. */
export class NetworkRecords {
  readonly interfaces: RecordDirectory<InterfaceRecord>;
  readonly vpcs: RecordDirectory<VpcSpec>;
  readonly #directory: string;

  constructor(dataDirectory: string) {
    this.#directory = join(dataDirectory, "network");
    this.interfaces = new RecordDirectory(join(this.#directory, "interfaces"));
    this.vpcs = new RecordDirectory(join(this.#directory, "vpcs"));
  }

  async purge(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}
