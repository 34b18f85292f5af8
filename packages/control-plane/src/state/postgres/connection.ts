import pg from "pg";
import type { PostgresLocation } from "./location.ts";
import { connectionLostOf } from "./lost-connection.ts";

export type Row = Readonly<Record<string, unknown>>;

/** What PostgreSQL takes as a parameter from here. */
export type Parameter =
  | string
  | number
  | boolean
  | null
  | Buffer
  | readonly string[]
  | readonly number[]
  | readonly Buffer[];

const connectMilliseconds = 5_000;
/** A statement that takes longer is given up by the server. */
const statementMilliseconds = 30_000;
/** A view that is held open longer is given up by the server, so that a stuck reader does not keep dead rows. */
const idleMilliseconds = 120_000;

const int8 = 20;

/** Numbers of 64 bits are sequence numbers and times here, which a double holds exactly. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format === "binary" ? "text" : format),
};

/** One connection to the server: statements go out as they are asked for, and are answered in that order. */
export class Connection {
  readonly #client: pg.Client;
  readonly #names = new Map<string, string>();
  #lost = false;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** Throws ConnectionLostError where the server does not take the connection. */
  static async open(location: PostgresLocation): Promise<Connection> {
    const client = new pg.Client({
      connectionString: location.connectionString,
      application_name: "fleetless",
      connectionTimeoutMillis: connectMilliseconds,
      keepAlive: true,
      statement_timeout: statementMilliseconds,
      idle_in_transaction_session_timeout: idleMilliseconds,
      options: `-c search_path=${location.schema} -c synchronous_commit=on -c client_min_messages=warning`,
      client_encoding: "UTF8",
      types,
      pipeline: true,
    });
    const connection = new Connection(client);
    client.on("error", () => {
      connection.#lost = true;
    });
    client.on("end", () => {
      connection.#lost = true;
    });
    try {
      await client.connect();
    } catch (thrown) {
      throw connectionLostOf(thrown) ?? thrown;
    }
    return connection;
  }

  /** Whether the connection is of no more use. */
  get isLost(): boolean {
    return this.#lost;
  }

  /** Statements without parameters. Throws ConnectionLostError. */
  async execute(sql: string): Promise<void> {
    await this.#guard(() => this.#client.query(sql));
  }

  /** One statement, prepared at its first use. Throws ConnectionLostError. */
  async query(sql: string, ...values: readonly Parameter[]): Promise<readonly Row[]> {
    const result = await this.#guard(() =>
      this.#client.query<Record<string, unknown>>({ name: this.#nameOf(sql), text: sql, values: [...values] }),
    );
    return result.rows;
  }

  /** How many rows the statement changed. Throws ConnectionLostError. */
  async change(sql: string, ...values: readonly Parameter[]): Promise<number> {
    const result = await this.#guard(() =>
      this.#client.query({ name: this.#nameOf(sql), text: sql, values: [...values] }),
    );
    return result.rowCount ?? 0;
  }

  onNotification(listener: (channel: string, payload: string) => void): void {
    this.#client.on("notification", ({ channel, payload }) => listener(channel, payload ?? ""));
  }

  onLost(listener: () => void): void {
    this.#client.once("end", listener);
  }

  async close(): Promise<void> {
    this.#lost = true;
    await this.#client.end().catch(() => undefined);
  }

  async #guard<Result>(ask: () => Promise<Result>): Promise<Result> {
    try {
      return await ask();
    } catch (thrown) {
      // Of a failed transaction's statements it is not known which the server has prepared: begin anew.
      this.#lost = true;
      throw connectionLostOf(thrown) ?? thrown;
    }
  }

  #nameOf(sql: string): string {
    let name = this.#names.get(sql);
    if (name === undefined) {
      name = `fleetless${this.#names.size}`;
      this.#names.set(sql, name);
    }
    return name;
  }
}

/** The text in a column that the schema declares as TEXT NOT NULL. */
export const textOf = (row: Row, column: string): string => {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`Column ${column} holds no text.`);
  return value;
};

/** The number in a column that the schema declares as a number that is not null. */
export const integerOf = (row: Row, column: string): number => {
  const value = row[column];
  if (typeof value !== "number") throw new TypeError(`Column ${column} holds no number.`);
  return value;
};

/** The text in a column of bytes, which may hold what PostgreSQL's text may not: NUL. */
export const bytesTextOf = (row: Row, column: string): string => {
  const value = row[column];
  if (!Buffer.isBuffer(value)) throw new TypeError(`Column ${column} holds no bytes.`);
  return value.toString("utf8");
};

/** PostgreSQL's text holds no NUL; where only equality counts, a character that no key may hold stands for it. */
export const withoutNul = (text: string): string => text.replaceAll("\0", "\u{10FFFF}");
