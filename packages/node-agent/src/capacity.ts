import { statfsSync } from "node:fs";
import { arch, availableParallelism, hostname, totalmem } from "node:os";
import type { NodeDescription, NodeId } from "@fleetless/kernel";

/** How many times over each resource of the machine may be promised to tasks; 1 promises only what is there. */
export interface Overcommit {
  readonly cpu: number;
  readonly memory: number;
  readonly storage: number;
}

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
const cpuUnitsPerCore = 1024;
/** What the machine itself and Fleetless need. */
const reservedMemoryMiB = 512;

/** This machine as the scheduler sees it. */
export const describeNode = (options: {
  readonly id: NodeId;
  readonly dataDirectory: string;
  readonly overcommit: Overcommit;
  readonly isolations: NodeDescription["isolations"];
}): NodeDescription => {
  const { overcommit } = options;
  const { bavail, bsize } = statfsSync(options.dataDirectory);
  const memoryMiB = Math.max(0, totalmem() / mebibyte - reservedMemoryMiB);
  return {
    id: options.id,
    hostname: hostname(),
    cpuUnits: Math.floor(availableParallelism() * cpuUnitsPerCore * overcommit.cpu),
    memoryMiB: Math.floor(memoryMiB * overcommit.memory),
    storageGiB: Math.floor(((bavail * bsize) / gibibyte) * overcommit.storage),
    architecture: arch() === "arm64" ? "ARM64" : "X86_64",
    isolations: options.isolations,
  };
};
