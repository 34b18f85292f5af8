import { randomUUID } from "node:crypto";
import { type Connection, integerOf } from "./connection.ts";
import type { PostgresLocation } from "./location.ts";
import { ConnectionLostError, whileAway } from "./lost-connection.ts";

/**
 * The connection that writes, one transaction at a time, each under an advisory lock that the server holds until the
 * commit is visible: so numbers that are given out under it are seen in their order, also among several processes.
 * Where the connection is lost, the transaction begins again on another, unless the commit is found to have been kept.
 */
export class Writer {
  readonly #location: PostgresLocation;
  readonly #connect: () => Promise<Connection>;
  readonly #lock: number;
  readonly #name = randomUUID();
  #number = 0;
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
    await this.#connection?.change("DELETE FROM commits WHERE writer = $1", this.#name).catch(() => undefined);
    await this.#connection?.close();
  }

  #write<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    let doubtful: { readonly result: Result } | undefined;
    this.#number += 1;
    return whileAway(
      this.#location.redacted,
      () => this.#closed,
      async () => {
        const connection = await this.#connected();
        try {
          if (doubtful !== undefined && (await this.#wasKept(connection))) return doubtful.result;
          doubtful = undefined;
          const result = await this.#begin(connection, work);
          doubtful = { result };
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

  async #begin<Result>(connection: Connection, work: (connection: Connection) => Promise<Result>): Promise<Result> {
    const statements = [
      connection.execute("BEGIN"),
      // A statement of its own: the next one sees what was committed while this one waited.
      connection.query("SELECT pg_advisory_xact_lock($1, $2)", this.#location.lockSpace, this.#lock),
      connection.query(
        `INSERT INTO commits (writer, number, at) VALUES ($1, $2, now())
         ON CONFLICT (writer) DO UPDATE SET number = excluded.number, at = excluded.at`,
        this.#name,
        this.#number,
      ),
    ] as const;
    const working = work(connection);
    // Waits for all, so that nothing of a failed transaction is still under way.
    await Promise.allSettled([...statements, working]);
    await Promise.all(statements);
    return working;
  }

  async #connected(): Promise<Connection> {
    if (this.#connection?.isLost === true) this.#connection = undefined;
    this.#connection ??= await this.#connect();
    return this.#connection;
  }

  /** Whether the commit that nobody answered for was kept. Under the lock, so not before the server has ended it. */
  async #wasKept(connection: Connection): Promise<boolean> {
    await connection.execute("BEGIN");
    await connection.query("SELECT pg_advisory_xact_lock($1, $2)", this.#location.lockSpace, this.#lock);
    const [row] = await connection.query("SELECT number FROM commits WHERE writer = $1", this.#name);
    await connection.execute("ROLLBACK");
    return row !== undefined && integerOf(row, "number") === this.#number;
  }
}
