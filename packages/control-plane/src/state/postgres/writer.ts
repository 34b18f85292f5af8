import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, textOf } from "./connection.ts";
import type { PostgresLocation } from "./location.ts";
import { ConnectionLostError, whileAway } from "./lost-connection.ts";

const statusPollMilliseconds = 20;

/**
 * The connection that writes, one transaction at a time, each under an advisory lock that the server holds until the
 * commit is visible: so numbers that are given out under it are seen in their order, also among several processes.
 * Where the connection is lost, the transaction begins again on another, unless the server says that it was kept.
 */
export class Writer {
  readonly #location: PostgresLocation;
  readonly #connect: () => Promise<Connection>;
  readonly #lock: number;
  #connection: Connection | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(location: PostgresLocation, connect: () => Promise<Connection>, lock: number) {
    this.#location = location;
    this.#connect = connect;
    this.#lock = lock;
  }

  /** `work` must check before it decides, and begins again where the connection was lost. Throws StoreUnavailableError. */
  write<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(() => this.#write(work));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#turn;
    await this.#connection?.close();
  }

  #write<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    let doubtful: { readonly transaction: string; readonly result: Result } | undefined;
    return whileAway(
      this.#location.redacted,
      () => this.#closed,
      async () => {
        const connection = await this.#connected();
        if (doubtful !== undefined) {
          if (await this.#wasKept(connection, doubtful.transaction)) return doubtful.result;
          doubtful = undefined;
        }
        try {
          const { transaction, result } = await this.#begin(connection, work);
          doubtful = { transaction, result };
          await connection.execute("COMMIT");
          return result;
        } catch (thrown) {
          // Where the server refused the commit itself, nothing is kept.
          if (!(thrown instanceof ConnectionLostError)) doubtful = undefined;
          await connection.close();
          throw thrown;
        }
      },
    );
  }

  async #begin<Result>(
    connection: Connection,
    work: (connection: Connection) => Promise<Result>,
  ): Promise<{ readonly transaction: string; readonly result: Result }> {
    const statements = [
      connection.execute("BEGIN"),
      // A statement of its own: the next one sees what was committed while this one waited.
      connection.query(
        "SELECT pg_advisory_xact_lock($1, $2), pg_current_xact_id()::text AS transaction",
        this.#location.lockSpace,
        this.#lock,
      ),
    ] as const;
    const working = work(connection);
    // Waits for all, so that nothing of a failed transaction is still under way.
    await Promise.allSettled([...statements, working]);
    const [, locked] = await Promise.all(statements);
    const result = await working;
    return { transaction: textOf(locked[0] ?? {}, "transaction"), result };
  }

  async #connected(): Promise<Connection> {
    if (this.#connection?.isLost === true) this.#connection = undefined;
    this.#connection ??= await this.#connect();
    return this.#connection;
  }

  /** https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT */
  async #wasKept(connection: Connection, transaction: string): Promise<boolean> {
    for (;;) {
      const [row] = await connection.query("SELECT pg_xact_status($1::xid8) AS status", transaction);
      const status = row?.status;
      if (status === "committed") return true;
      if (status === "aborted") return false;
      if (status !== "in progress") throw new ConnectionLostError(`the fate of transaction ${transaction} is unknown`);
      await sleep(statusPollMilliseconds);
    }
  }
}
