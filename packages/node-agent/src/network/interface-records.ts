import { renameSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { InterfaceMembership, NetworkInterfaceSpec, VpcSpec, WorkloadId } from "@fleetless/kernel";
import type { NetworkFault } from "../faults/network-fault.ts";

/** What this machine did for one workload's interface, kept so that a restarted agent finds it. */
export interface InterfaceRecord {
  readonly workloadId: WorkloadId;
  readonly networkInterface: NetworkInterfaceSpec;
  readonly namespace: string;
  readonly port: string;
  /** False from before the first change in the kernel until all of them are done. */
  readonly attached: boolean;
  /** Where the interface has no IPv4 address: the one, this machine's only, that it calls the router's services from. */
  readonly linkLocalAddress?: string;
  /** A VPC endpoint's and no task's. */
  readonly isEndpoint?: boolean;
  /** Disturbances that the task asked for. */
  readonly faults?: readonly NetworkFault[];
}

/** A directory of JSON files, each replaced as a whole. */
class RecordDirectory<Value> {
  readonly #directory: string;
  readonly #write: (value: Value) => string;

  constructor(directory: string, write: (value: Value) => string = JSON.stringify) {
    this.#directory = directory;
    this.#write = write;
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
    writeFileSync(`${path}.new`, this.#write(value), { mode: 0o600 });
    renameSync(`${path}.new`, `${path}.json`);
  }

  async delete(name: string): Promise<void> {
    await rm(join(this.#directory, `${name}.json`), { force: true });
  }
}

const memberTexts = new WeakMap<InterfaceMembership, string>();
const memberText = (member: InterfaceMembership): string => {
  const text = memberTexts.get(member) ?? JSON.stringify(member);
  memberTexts.set(member, text);
  return text;
};

/** As JSON: of many interfaces only those that are new are written out. */
const vpcText = ({ interfaces, ...vpc }: VpcSpec): string =>
  `${JSON.stringify(vpc).slice(0, -1)},"interfaces":[${interfaces.map(memberText).join()}]}`;

/** What the data plane remembers across restarts of the agent. */
export class NetworkRecords {
  readonly interfaces: RecordDirectory<InterfaceRecord>;
  readonly vpcs: RecordDirectory<VpcSpec>;
  readonly #directory: string;

  constructor(dataDirectory: string) {
    this.#directory = join(dataDirectory, "network");
    this.interfaces = new RecordDirectory(join(this.#directory, "interfaces"));
    this.vpcs = new RecordDirectory(join(this.#directory, "vpcs"), vpcText);
  }

  async purge(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}
