import { setTimeout as sleep } from "node:timers/promises";

/** As Promise.all, but nothing goes on behind a failure: it is told once all are settled. */
export const allSettled = async <Work extends readonly unknown[] | []>(
  work: Work,
): Promise<{ -readonly [Index in keyof Work]: Awaited<Work[Index]> }> => {
  await Promise.allSettled(work);
  return Promise.all(work);
};

/** Runs a job that serves all who asked before it began: many requests at once cost two runs at most. */
export class CoalescedJob {
  readonly #job: () => Promise<void>;
  readonly #gatherMilliseconds: number;
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  /** A run waits for `gatherMilliseconds`, default 0, for others to share it. */
  constructor(job: () => Promise<void>, gatherMilliseconds = 0) {
    this.#job = job;
    this.#gatherMilliseconds = gatherMilliseconds;
  }

  /** Resolves after a run that began after this call; rejects where that run failed. */
  run(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    const next = this.#running
      .catch(() => undefined)
      .then(() => (this.#gatherMilliseconds > 0 ? sleep(this.#gatherMilliseconds) : undefined))
      .then(() => {
        this.#next = undefined;
        this.#running = this.#job();
        return this.#running;
      });
    this.#next = next;
    return next;
  }
}

interface Entry {
  readonly lines: readonly string[];
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Joins the scripts of many into one while an earlier one runs. Where a joint script fails each is tried by
 * itself, so that one's mistake is not another's: every line must bear being repeated.
 */
export class ScriptQueue {
  readonly #execute: (script: string) => Promise<void>;
  #waiting: Entry[] = [];
  readonly #job: CoalescedJob;

  constructor(execute: (script: string) => Promise<void>) {
    this.#execute = execute;
    this.#job = new CoalescedJob(() => this.#flush());
  }

  add(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return Promise.resolve();
    const result = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ lines, resolve, reject });
    });
    void this.#job.run();
    return result;
  }

  async #flush(): Promise<void> {
    const entries = this.#waiting;
    this.#waiting = [];
    const script = (of: readonly Entry[]): string =>
      of.flatMap((entry) => entry.lines.map((line) => `${line}\n`)).join("");
    try {
      await this.#execute(script(entries));
      for (const entry of entries) entry.resolve();
    } catch (joint) {
      if (entries.length === 1) return entries[0]?.reject(joint);
      for (const entry of entries) await this.#execute(script([entry])).then(entry.resolve, entry.reject);
    }
  }
}
