import { StoreClosedError } from "../store.ts";
import type { Connection } from "./connection.ts";
import type { Writer } from "./writer.ts";

/** What became of one request of a batch. */
export type Outcome<Result> = { readonly result: Result } | { readonly refused: Error };

interface Job<Request, Result> {
  readonly request: Request;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

export interface GroupCommitOptions<Request, Result> {
  readonly writer: Writer;
  /** Writes what it does not refuse. */
  readonly apply: (connection: Connection, requests: readonly Request[]) => Promise<readonly Outcome<Result>[]>;
  /** After a commit that wrote for these requests. */
  readonly committed: (results: readonly Result[]) => void;
}

const requestsAtOnce = 500;

/** Lets all requests that come while a commit is under way share the next one. */
export class GroupCommit<Request, Result> {
  readonly #options: GroupCommitOptions<Request, Result>;
  readonly #jobs: Job<Request, Result>[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: GroupCommitOptions<Request, Result>) {
    this.#options = options;
  }

  /** Resolves when what was written is durable. */
  submit(request: Request): Promise<Result> {
    if (this.#closed) return Promise.reject(new StoreClosedError("The store is closed."));
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#jobs.push({ request, resolve, reject });
    this.#running ??= this.#run();
    return promise;
  }

  /** Commits what was submitted; refuses what comes later. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#options.writer.close();
  }

  async #run(): Promise<void> {
    // Let the callers of this turn of the event loop join.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#jobs.length > 0) await this.#commit(this.#jobs.splice(0, requestsAtOnce));
    // In the same turn as the look at the jobs: one that comes later begins another run.
    this.#running = undefined;
  }

  async #commit(jobs: readonly Job<Request, Result>[]): Promise<void> {
    try {
      const requests = jobs.map(({ request }) => request);
      const outcomes = await this.#options.writer.write((connection) => this.#options.apply(connection, requests));
      const results: Result[] = [];
      for (const [index, job] of jobs.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined) job.reject(new Error("The store did not answer a request of a batch."));
        else if ("refused" in outcome) job.reject(outcome.refused);
        else {
          results.push(outcome.result);
          job.resolve(outcome.result);
        }
      }
      this.#options.committed(results);
    } catch (thrown) {
      if (jobs.length === 1) for (const job of jobs) job.reject(thrown);
      // One of them is at fault; each alone shows which.
      else for (const job of jobs) await this.#commit([job]);
    }
  }
}
