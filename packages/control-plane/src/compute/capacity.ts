import type { NodeDescription, WorkloadSize } from "@fleetless/kernel";

export const noCapacity: WorkloadSize = { cpuUnits: 0, memoryMiB: 0, ephemeralStorageGiB: 0 };

export const addSize = (a: WorkloadSize, b: WorkloadSize): WorkloadSize => ({
  cpuUnits: a.cpuUnits + b.cpuUnits,
  memoryMiB: a.memoryMiB + b.memoryMiB,
  ephemeralStorageGiB: a.ephemeralStorageGiB + b.ephemeralStorageGiB,
});

/** Never below zero: what is given back twice must not make room that is not there. */
export const subtractSize = (a: WorkloadSize, b: WorkloadSize): WorkloadSize => ({
  cpuUnits: Math.max(0, a.cpuUnits - b.cpuUnits),
  memoryMiB: Math.max(0, a.memoryMiB - b.memoryMiB),
  ephemeralStorageGiB: Math.max(0, a.ephemeralStorageGiB - b.ephemeralStorageGiB),
});

export const sizeOfNode = (node: NodeDescription): WorkloadSize => ({
  cpuUnits: node.cpuUnits,
  memoryMiB: node.memoryMiB,
  ephemeralStorageGiB: node.storageGiB,
});
