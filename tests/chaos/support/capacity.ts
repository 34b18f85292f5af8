import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Task } from "@aws-sdk/client-ecs";

interface Size {
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  readonly ephemeralStorageGiB: number;
}

const textOf = ({ cpuUnits, memoryMiB, ephemeralStorageGiB }: Size): string =>
  `${cpuUnits} CPU units, ${memoryMiB} MiB, ${ephemeralStorageGiB} GiB`;

/** What the embedded store of an instance says is promised to tasks. */
const promisedCapacity = (dataDirectory: string): Size => {
  const store = new DatabaseSync(join(dataDirectory, "control-plane", "store.sqlite"), { readOnly: true });
  try {
    const [row, ...others] = store
      .prepare("SELECT body FROM documents WHERE collection = 'compute.node-allocations'")
      .all();
    if (typeof row?.body !== "string" || others.length > 0) throw new Error("one node's allocation was expected");
    return JSON.parse(row.body).allocated;
  } finally {
    store.close();
  }
};

/** Whether what is promised is what these tasks have, no more and no less. */
export const capacityDiscrepancies = (dataDirectory: string, running: readonly Task[]): string[] => {
  const sum = (size: (task: Task) => number): number => running.reduce((total, task) => total + size(task), 0);
  const needed = {
    cpuUnits: sum(({ cpu }) => Number(cpu)),
    memoryMiB: sum(({ memory }) => Number(memory)),
    ephemeralStorageGiB: sum(({ ephemeralStorage }) => ephemeralStorage?.sizeInGiB ?? 20),
  };
  const promised = promisedCapacity(dataDirectory);
  return textOf(promised) === textOf(needed)
    ? []
    : [`capacity: ${textOf(promised)} are promised, running tasks have ${textOf(needed)}`];
};
