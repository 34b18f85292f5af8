import { StoreClosedError } from "../store.ts";
import type { Connection } from "./connection.ts";

/** Thrown by a job to say that it leaves nothing behind, while the others of its commit go on. */
export class JobRefused extends Error {
  override readonly name = "JobRefused";
  readonly reason: Error;

  constructor(reason: Error) {
    super(reason.message);
    this.reason = reason;
  }
}

interface Job {
  readonly apply: (writer: Connection) => void;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Lets all writers of one turn of the event loop share one commit, and so one fsync. A job must check before
 * it writes: one that throws JobRefused has written nothing. Any other throw undoes the whole commit.
 */
export class GroupCommit {
  readonly #writer: Connection;
  #jobs: Job[] = [];
  #scheduled = false;
  #closed = false;

  constructor(writer: Connection) {
    this.#writer = writer;
  }

  /** Resolves when what `apply` wrote is durable. */
  submit<Result>(apply: (writer: Connection) => Result): Promise<Result> {
    if (this.#closed) return Promise.reject(new StoreClosedError("The store is closed."));
    return new Promise((resolve, reject) => {
      let result: { readonly value: Result } | undefined;
      this.#jobs.push({
        apply: (writer) => {
          result = { value: apply(writer) };
        },
        resolve: () => (result === undefined ? reject(new Error("The job was not applied.")) : resolve(result.value)),
        reject,
      });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.flush());
    });
  }

  /** Commits what was submitted so far, now. */
  flush(): void {
    this.#scheduled = false;
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    const applied: Job[] = [];
    try {
      this.#writer.execute("BEGIN IMMEDIATE");
      for (const job of jobs) {
        try {
          job.apply(this.#writer);
          applied.push(job);
        } catch (thrown) {
          if (!(thrown instanceof JobRefused)) throw thrown;
          job.reject(thrown.reason);
        }
      }
      this.#writer.execute("COMMIT");
    } catch (thrown) {
      this.#rollBack();
      for (const job of jobs) job.reject(thrown);
      return;
    }
    for (const job of applied) job.resolve();
  }

  /** Commits what was submitted; refuses what comes later. */
  close(): void {
    this.flush();
    this.#closed = true;
  }

  #rollBack(): void {
    try {
      this.#writer.execute("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself, as it does on a full disk.
    }
  }
}
