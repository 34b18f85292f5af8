import type { Clock } from "./clock.ts";
import { messageOf } from "./errors.ts";
import type { Logger } from "./logger.ts";

/** What a reconciler says of a key: nothing left to do, or look again after some milliseconds. */
export type ReconcileResult =
  | { readonly kind: "done" }
  | { readonly kind: "again"; readonly afterMilliseconds: number };

export const done: ReconcileResult = { kind: "done" };
export const again = (afterMilliseconds: number): ReconcileResult => ({ kind: "again", afterMilliseconds });

export interface WorkQueueOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly concurrency?: number;
  /** Reads the world for one key and moves it one step. A throw is logged and retried with back-off. */
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<ReconcileResult>;
  /** Milliseconds to wait after the nth failure in a row of a key. */
  readonly backOff?: (failures: number) => number;
}

interface Entry {
  state: "waiting" | "running" | "dirty";
  failures: number;
  timer: AbortController | undefined;
}

const exponential = (failures: number): number => Math.min(30_000, 100 * 2 ** Math.min(failures, 16));

/**
 * A queue of keys, not of events: a key added many times is worked on once, never twice at the same
 * time, and once more if it was added while it was worked on.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #ready: string[] = [];
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  add(key: string): void {
    if (this.#stop.signal.aborted) return;
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      this.#entries.set(key, { state: "waiting", failures: 0, timer: undefined });
      this.#ready.push(key);
    } else if (entry.timer !== undefined) {
      entry.timer.abort();
      entry.timer = undefined;
      this.#ready.push(key);
    } else if (entry.state === "running") {
      entry.state = "dirty";
    }
    this.#pump();
  }

  /** Resolves when nothing is being worked on any more; keys not begun are dropped. */
  async close(): Promise<void> {
    this.#stop.abort(new Error(`${this.#options.name} is closing`));
    for (const entry of this.#entries.values()) entry.timer?.abort();
    this.#ready.length = 0;
    await Promise.allSettled(this.#running);
  }

  #pump(): void {
    const limit = this.#options.concurrency ?? 16;
    while (this.#running.size < limit && !this.#stop.signal.aborted) {
      const key = this.#ready.shift();
      if (key === undefined) return;
      const run = this.#work(key).finally(() => {
        this.#running.delete(run);
        this.#pump();
      });
      this.#running.add(run);
    }
  }

  async #work(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.state = "running";
    let wait: number | undefined;
    try {
      const result = await this.#options.reconcile(key, this.#stop.signal);
      entry.failures = 0;
      wait = result.kind === "again" ? result.afterMilliseconds : undefined;
    } catch (thrown) {
      if (this.#stop.signal.aborted) return;
      entry.failures += 1;
      wait = (this.#options.backOff ?? exponential)(entry.failures);
      this.#options.logger.warn(
        { queue: this.#options.name, key, failures: entry.failures, error: messageOf(thrown) },
        "reconcile failed, will retry",
      );
    }
    if (this.#isDirty(entry)) {
      entry.state = "waiting";
      this.#ready.push(key);
    } else if (wait === undefined) {
      this.#entries.delete(key);
    } else {
      this.#wakeLater(key, entry, wait);
    }
  }

  /** `add` may have marked the entry while its reconcile ran, which the checker cannot see. */
  #isDirty(entry: Entry): boolean {
    return entry.state === "dirty";
  }

  #wakeLater(key: string, entry: Entry, milliseconds: number): void {
    const timer = new AbortController();
    entry.state = "waiting";
    entry.timer = timer;
    this.#options.clock.sleep(milliseconds, timer.signal).then(
      () => {
        if (entry.timer === timer) this.add(key);
      },
      () => undefined,
    );
  }
}
