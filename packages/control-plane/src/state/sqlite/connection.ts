import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite";

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** One connection to the database file, with its prepared statements kept. */
export class Connection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, kind: "writer" | "reader") {
    this.#database = new DatabaseSync(path, { timeout: 5_000, enableForeignKeyConstraints: false });
    // Durable at the commit's return, at one fsync of the write-ahead log for each commit.
    if (kind === "writer") this.#database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    else this.#database.exec("PRAGMA query_only = ON");
    this.#database.exec("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000");
  }

  /** One statement without parameters. */
  execute(sql: string): void {
    this.#prepared(sql).run();
  }

  /** Any number of statements, each run once. */
  runScript(sql: string): void {
    this.#database.exec(sql);
  }

  run(sql: string, ...parameters: SQLInputValue[]): { readonly changes: number; readonly lastInsertRowid: number } {
    const result = this.#prepared(sql).run(...parameters);
    return { changes: Number(result.changes), lastInsertRowid: Number(result.lastInsertRowid) };
  }

  get(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.#prepared(sql).get(...parameters);
  }

  all(sql: string, ...parameters: SQLInputValue[]): readonly Row[] {
    return this.#prepared(sql).all(...parameters);
  }

  /** Rows one by one, by a statement of its own, so that several may be read side by side. */
  iterate(sql: string, ...parameters: SQLInputValue[]): NodeJS.Iterator<Row> {
    return this.#database.prepare(sql).iterate(...parameters);
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** The text in a column that the schema declares as TEXT NOT NULL. */
export const textOf = (row: Row, column: string): string => {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`Column ${column} holds no text.`);
  return value;
};

/** The number in a column that the schema declares as INTEGER NOT NULL. */
export const integerOf = (row: Row, column: string): number => {
  const value = row[column];
  if (typeof value !== "number") throw new TypeError(`Column ${column} holds no number.`);
  return value;
};
