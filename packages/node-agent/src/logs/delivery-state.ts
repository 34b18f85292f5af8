import { mkdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { WorkloadId } from "@fleetless/kernel";

/**
 * How far the delivery of one container's output has come, written before each batch is sent. After a crash
 * the same bytes are sent again under the same number, and the control plane drops them if it had them.
 */
export interface DeliveryState {
  readonly workloadId: WorkloadId;
  readonly containerName: string;
  readonly outputPath: string;
  readonly group: string;
  readonly stream: string;
  readonly options: Readonly<Record<string, string>>;
  /** Every byte of the output before this one is delivered. */
  readonly offset: number;
  /** The number of the batch that is under way or was delivered last; 0 before the first. */
  readonly batch: number;
  /** Where the batch that may be under way ends; `offset` where none is. */
  readonly end: number;
}

const isState = (value: unknown): value is DeliveryState => {
  if (typeof value !== "object" || value === null) return false;
  const texts = ["workloadId", "containerName", "outputPath", "group", "stream"];
  const numbers = ["offset", "batch", "end"];
  const members = new Map(Object.entries(value));
  return (
    texts.every((name) => typeof members.get(name) === "string") &&
    numbers.every((name) => Number.isSafeInteger(members.get(name))) &&
    typeof members.get("options") === "object"
  );
};

/** Keeps one small file per container under the agent's state directory. */
export class DeliveryStates {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  pathOf(workloadId: WorkloadId, containerName: string): string {
    return join(this.#directory, workloadId, `${encodeURIComponent(containerName)}.json`);
  }

  async read(workloadId: WorkloadId, containerName: string): Promise<DeliveryState | undefined> {
    const path = this.pathOf(workloadId, containerName);
    try {
      const value: unknown = JSON.parse(await readFile(path, "utf8"));
      if (!isState(value)) throw new TypeError(`${path} is not the state of a log delivery.`);
      return value;
    } catch (thrown) {
      if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return undefined;
      throw thrown;
    }
  }

  /** Replaces the file as a whole: a reader finds the old state or the new one. */
  async write(state: DeliveryState): Promise<void> {
    const path = this.pathOf(state.workloadId, state.containerName);
    const temporary = `${path}.new`;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(temporary, JSON.stringify(state), { mode: 0o600 });
    await rename(temporary, path);
  }

  async remove(workloadId: WorkloadId, containerName: string): Promise<void> {
    const path = this.pathOf(workloadId, containerName);
    await rm(path, { force: true });
    await rm(`${path}.new`, { force: true });
    try {
      await rmdir(dirname(path));
    } catch {
      // Other containers of the workload still have their state in it, or it was never made.
    }
  }
}
