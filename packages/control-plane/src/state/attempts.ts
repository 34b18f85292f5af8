import { TransactionConflictError } from "./store.ts";

/** Attempts side by side with the other writers; behind that, those that met conflicts go one after the other. */
const freeAttempts = 3;
const queuedAttempts = 50;

export type AttemptOutcome<Result> =
  | { readonly kind: "committed"; readonly result: Result }
  | { readonly kind: "conflict" };

/** Repeats transactions that met another writer. */
export class Attempts {
  #queue: Promise<unknown> = Promise.resolve();

  /** Throws TransactionConflictError where even one at a time met others too often. */
  async run<Result>(attempt: () => Promise<AttemptOutcome<Result>>): Promise<Result> {
    for (let count = 0; count < freeAttempts; count += 1) {
      const outcome = await attempt();
      if (outcome.kind === "committed") return outcome.result;
    }
    const turn = this.#queue.then(() => this.#inTurn(attempt));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #inTurn<Result>(attempt: () => Promise<AttemptOutcome<Result>>): Promise<Result> {
    for (let count = 0; count < queuedAttempts; count += 1) {
      const outcome = await attempt();
      if (outcome.kind === "committed") return outcome.result;
    }
    throw new TransactionConflictError("The transaction met other writers too often.");
  }
}
