import type { Connection } from "./connection.ts";
import { GroupCommit } from "./group-commit.ts";
import type { Writer } from "./writer.ts";

/** Writes to the append-only tables: those that come at the same time share a commit. */
export class AppendCommit {
  readonly #commits: GroupCommit<(connection: Connection) => Promise<void>, undefined>;

  constructor(writer: Writer) {
    this.#commits = new GroupCommit({
      writer,
      apply: async (connection, jobs) => {
        const outcomes: { readonly result: undefined }[] = [];
        for (const job of jobs) {
          await job(connection);
          outcomes.push({ result: undefined });
        }
        return outcomes;
      },
      committed: () => undefined,
    });
  }

  /** Resolves when what `apply` wrote is durable. `apply` may be begun again. */
  async submit<Result>(apply: (connection: Connection) => Promise<Result>): Promise<Result> {
    let result: { readonly value: Result } | undefined;
    await this.#commits.submit(async (connection) => {
      result = { value: await apply(connection) };
    });
    if (result === undefined) throw new Error("The write was not applied.");
    return result.value;
  }

  close(): Promise<void> {
    return this.#commits.close();
  }
}
