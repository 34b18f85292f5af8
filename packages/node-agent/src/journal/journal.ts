import type { Task } from "@fleetless/engine";
import type { WorkloadId } from "@fleetless/kernel";
import type { AttachedInterface } from "../network/contract.ts";
import type { PreparedImage } from "../runtime/contract.ts";

/** What the steps of a task have yielded beyond its state, needed by later steps and after a restart. */
export interface Equipment {
  readonly attached?: AttachedInterface;
  /** By container name. */
  readonly images: Readonly<Record<string, PreparedImage>>;
}

export interface JournalEntry {
  readonly task: Task;
  readonly equipment: Equipment;
}

/** The agent's own memory of its tasks, newest state of each. */
export interface TaskJournal {
  /** Entries that cannot be read are logged and left out: what they stood for is found on the machine as an orphan. */
  read(): readonly JournalEntry[];
  /** When it returns, the entry survives a kill -9 of the agent; a loss of power only after `flush`. */
  write(entry: JournalEntry): void;
  remove(id: WorkloadId): void;
  /** When an agent last said that it is awake, in milliseconds since the Unix epoch; undefined where none has. */
  lastAwake(): number | undefined;
  /** Says that the agent is awake, with the promise of `write`. */
  markAwake(at: number): void;
  /** Resolves when all that was written before survives a loss of power. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
