import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { FlowWindow } from "@fleetless/engine";
import type { FlowRecordDelivery } from "@fleetless/kernel";

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS windows (
    vpc TEXT NOT NULL, flow_log TEXT NOT NULL, port TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (vpc, flow_log, port)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS readings (vpc TEXT PRIMARY KEY, generation INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS deliveries (batch INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS batches (only INTEGER PRIMARY KEY CHECK (only = 1), last INTEGER NOT NULL) STRICT;
`;

/** Of deliveries that wait for a control plane that cannot be reached. */
const maximumWaitingBytes = 128 * 1024 * 1024;

/** What one reading of the kernel's counts made of the windows of a VPC. */
export interface FlowReadingOutcome {
  readonly vpc: string;
  /** Counts of this generation and of those before it are in the windows or on their way. */
  readonly generation: number;
  readonly changed: readonly FlowWindow[];
  readonly closed: readonly FlowWindow[];
  readonly deliveries: readonly Omit<FlowRecordDelivery, "batch">[];
}

/**
 * What flow logs gathered and did not deliver yet, so that an agent that dies loses none of it and tells nothing
 * twice: a reading of the kernel's counts is stored as a whole or not at all.
 */
export class FlowRecordStore {
  readonly #database: DatabaseSync;
  #last = 0;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#database = new DatabaseSync(path);
    this.#database.exec(schema);
    this.#last = Number(this.#database.prepare("SELECT last FROM batches").get()?.last ?? 0);
  }

  windows(vpc: string): readonly FlowWindow[] {
    const rows = this.#database.prepare("SELECT body FROM windows WHERE vpc = ?").all(vpc);
    return rows.map(({ body }): FlowWindow => JSON.parse(String(body)));
  }

  /** 0 where nothing was read yet. */
  generation(vpc: string): number {
    return Number(this.#database.prepare("SELECT generation FROM readings WHERE vpc = ?").get(vpc)?.generation ?? 0);
  }

  put(vpc: string, windows: readonly FlowWindow[]): void {
    const upsert = this.#database.prepare(
      "INSERT OR REPLACE INTO windows (vpc, flow_log, port, body) VALUES (?, ?, ?, ?)",
    );
    for (const window of windows) {
      upsert.run(vpc, window.flowLogId, window.networkInterface.port, JSON.stringify(window));
    }
  }

  remove(vpc: string, windows: readonly FlowWindow[]): void {
    const erase = this.#database.prepare("DELETE FROM windows WHERE vpc = ? AND flow_log = ? AND port = ?");
    for (const { flowLogId, networkInterface } of windows) erase.run(vpc, flowLogId, networkInterface.port);
  }

  /** Answers how many deliveries were given up, the oldest, since too much waits. */
  take({ vpc, generation, changed, closed, deliveries }: FlowReadingOutcome, now: number): number {
    return this.#whole(() => {
      this.put(vpc, changed);
      this.remove(vpc, closed);
      this.#database.prepare("INSERT OR REPLACE INTO readings (vpc, generation) VALUES (?, ?)").run(vpc, generation);
      const insert = this.#database.prepare("INSERT INTO deliveries (batch, body) VALUES (?, ?)");
      for (const delivery of deliveries) {
        this.#last = Math.max(this.#last + 1, now * 1000);
        insert.run(this.#last, JSON.stringify({ ...delivery, batch: this.#last }));
      }
      this.#database.prepare("INSERT OR REPLACE INTO batches (only, last) VALUES (1, ?)").run(this.#last);
      return deliveries.length === 0 ? 0 : this.#bound();
    });
  }

  /** The oldest that waits. */
  nextDelivery(): FlowRecordDelivery | undefined {
    const row = this.#database.prepare("SELECT body FROM deliveries ORDER BY batch LIMIT 1").get();
    return row === undefined ? undefined : JSON.parse(String(row.body));
  }

  delivered(batch: number): void {
    this.#database.prepare("DELETE FROM deliveries WHERE batch = ?").run(batch);
  }

  /** The VPC is here no more: nothing is gathered of it. */
  forget(vpc: string): void {
    this.#whole(() => {
      this.#database.prepare("DELETE FROM windows WHERE vpc = ?").run(vpc);
      this.#database.prepare("DELETE FROM readings WHERE vpc = ?").run(vpc);
    });
  }

  close(): void {
    this.#database.close();
  }

  #bound(): number {
    const waiting = this.#database.prepare("SELECT batch, length(body) AS size FROM deliveries ORDER BY batch DESC");
    let bytes = 0;
    for (const { batch, size } of waiting.iterate()) {
      bytes += Number(size);
      if (bytes <= maximumWaitingBytes) continue;
      return Number(this.#database.prepare("DELETE FROM deliveries WHERE batch <= ?").run(Number(batch)).changes);
    }
    return 0;
  }

  #whole<Value>(work: () => Value): Value {
    this.#database.exec("BEGIN");
    try {
      const value = work();
      this.#database.exec("COMMIT");
      return value;
    } catch (thrown) {
      this.#database.exec("ROLLBACK");
      throw thrown;
    }
  }
}
