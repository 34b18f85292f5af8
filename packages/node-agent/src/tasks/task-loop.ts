import {
  applyOutcome,
  dueAt,
  isOver,
  nextSteps,
  type Outcome,
  type Step,
  statusOf,
  stepKey,
  type Task,
} from "@fleetless/engine";
import { type Clock, type Logger, messageOf, type NodeId, type WorkloadStatus } from "@fleetless/kernel";
import type { Equipment, JournalEntry, TaskJournal } from "../journal/journal.ts";
import { carryOut } from "./hooks/carry-out.ts";
import { failureOf, type HookPorts, type HookTask } from "./hooks/hook.ts";
import { showMetadata } from "./hooks/metadata-hook.ts";

export interface TaskLoopOptions {
  readonly nodeId: NodeId;
  readonly ports: HookPorts;
  readonly journal: TaskJournal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called with each status that differs from the one before, in order. */
  readonly report: (status: WorkloadStatus) => void;
}

/** How long a step may take to notice that it is broken off, in milliseconds; recovery copes with one that did not. */
const closeLimit = 2_000;

/** After how many milliseconds a write that failed is tried again. */
const journalRetry = 1_000;

/**
 * One workload on this node: decide, carry the steps out, fold their outcomes in, journal, report. What is
 * decided is journaled before it is acted on.
 */
export class TaskLoop implements HookTask {
  readonly #options: TaskLoopOptions;
  readonly #inFlight = new Map<string, { readonly abort: AbortController; readonly settled: Promise<void> }>();
  /** Looks whether what somebody waits for has come. */
  readonly #waiting = new Set<() => void>();
  #task: Task;
  #equipment: Equipment;
  #reported = "";
  #status: WorkloadStatus;
  #timer: AbortController | undefined;
  #scheduled = false;
  #closed = false;

  constructor(entry: JournalEntry, options: TaskLoopOptions) {
    this.#options = options;
    this.#task = entry.task;
    this.#equipment = entry.equipment;
    this.#status = statusOf(entry.task, options.nodeId);
  }

  get task(): Task {
    return this.#task;
  }

  get equipment(): Equipment {
    return this.#equipment;
  }

  get status(): WorkloadStatus {
    return this.#status;
  }

  equip(change: (equipment: Equipment) => Equipment): void {
    this.#equipment = change(this.#equipment);
  }

  /** Folds an outcome in; what follows from it is done once the current turn of the event loop is over. */
  apply(...outcomes: readonly Outcome[]): void {
    if (this.#closed) return;
    const now = this.#options.clock.now();
    for (const outcome of outcomes) this.#task = applyOutcome(this.#task, outcome, now);
    for (const look of this.#waiting) look();
    this.wake();
  }

  until(condition: (task: Task) => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#waiting.delete(look);
        signal.removeEventListener("abort", look);
      };
      const look = (): void => {
        if (!signal.aborted && !condition(this.#task)) return;
        end();
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      this.#waiting.add(look);
      signal.addEventListener("abort", look, { once: true });
      look();
    });
  }

  wake(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      if (!this.#closed) this.#advance();
    });
  }

  /** Breaks off what is under way, without consequences for the task: its containers go on. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.abort();
    const settled = [...this.#inFlight.values()].map((step) => step.settled);
    for (const { abort } of this.#inFlight.values()) abort.abort(new Error("the task runner is closing"));
    const given = new AbortController();
    const limit = this.#options.clock.sleep(closeLimit, given.signal).catch(() => undefined);
    await Promise.race([Promise.allSettled(settled), limit]);
    given.abort();
  }

  #advance(): void {
    const now = this.#options.clock.now();
    const wanted = nextSteps(this.#task, now);
    this.#breakOffUnwanted(wanted);
    const fresh = wanted.filter((step) => !this.#inFlight.has(stepKey(step)));
    for (const step of fresh) this.#task = applyOutcome(this.#task, { kind: "begun", step }, now);
    if (!this.#journal()) {
      this.#wakeAfter(journalRetry);
      return;
    }
    this.#publish();
    for (const step of fresh) this.#begin(step);
    const due = isOver(this.#task) ? undefined : dueAt(this.#task, now);
    if (due === undefined) this.#timer?.abort();
    else this.#wakeAfter(due - now);
  }

  /** The state is in the journal before anything acts on it; where that fails, as on a full disk, nothing is done. */
  #journal(): boolean {
    const { journal, logger } = this.#options;
    try {
      journal.write({ task: this.#task, equipment: this.#equipment });
      return true;
    } catch (thrown) {
      logger.error({ workload: this.#task.workload.id, error: messageOf(thrown) }, "not journaled, will try again");
      return false;
    }
  }

  /** A task's metadata is shown before its containers can ask for it. */
  #publish(): void {
    const { nodeId, ports, report } = this.#options;
    const status = statusOf(this.#task, nodeId);
    const content = JSON.stringify({ ...status, sequence: 0 });
    if (content === this.#reported) return;
    this.#reported = content;
    this.#status = status;
    showMetadata(this, status, ports);
    report(status);
  }

  #begin(step: Step): void {
    const key = stepKey(step);
    const abort = new AbortController();
    const settled = this.#carryOut(step, abort.signal).then((outcomes) => {
      this.#inFlight.delete(key);
      this.apply(...outcomes);
    });
    this.#inFlight.set(key, { abort, settled });
  }

  async #carryOut(step: Step, signal: AbortSignal): Promise<readonly Outcome[]> {
    try {
      return await carryOut(step, this, this.#options.ports, signal);
    } catch (thrown) {
      if (!signal.aborted) {
        const { logger } = this.#options;
        logger.warn({ workload: this.#task.workload.id, step, error: messageOf(thrown) }, "step failed");
      }
      return [failureOf(step, thrown)];
    }
  }

  #breakOffUnwanted(wanted: readonly Step[]): void {
    const keys = new Set(wanted.map(stepKey));
    for (const [key, { abort }] of this.#inFlight) {
      if (!keys.has(key) && !abort.signal.aborted) abort.abort(new Error("the step is no longer wanted"));
    }
  }

  #wakeAfter(milliseconds: number): void {
    this.#timer?.abort();
    const timer = new AbortController();
    this.#timer = timer;
    this.#options.clock.sleep(milliseconds, timer.signal).then(
      () => this.apply({ kind: "tick" }),
      () => undefined,
    );
  }
}
