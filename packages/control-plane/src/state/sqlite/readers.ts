import { StoreClosedError } from "../store.ts";
import { Connection } from "./connection.ts";

const idleReaders = 8;

/** Connections for reading, each used by one snapshot at a time: as many as there are snapshots at once. */
export class Readers {
  readonly #path: string;
  readonly #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  #closed = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** One consistent view of the store for all that `work` reads. */
  async snapshot<Result>(work: (reader: Connection) => Promise<Result>): Promise<Result> {
    const reader = this.#take();
    reader.execute("BEGIN");
    try {
      return await work(reader);
    } finally {
      this.#giveBack(reader);
    }
  }

  /** A read that does not wait for anything, so that nobody of this process writes meanwhile. */
  once<Result>(work: (reader: Connection) => Result): Result {
    const reader = this.#take();
    try {
      return work(reader);
    } finally {
      this.#release(reader);
    }
  }

  close(): void {
    this.#closed = true;
    for (const reader of [...this.#idle, ...this.#busy]) reader.close();
    this.#idle.length = 0;
    this.#busy.clear();
  }

  #take(): Connection {
    if (this.#closed) throw new StoreClosedError("The store is closed.");
    const reader = this.#idle.pop() ?? new Connection(this.#path, "reader");
    this.#busy.add(reader);
    return reader;
  }

  #giveBack(reader: Connection): void {
    if (this.#busy.has(reader)) reader.execute("COMMIT");
    this.#release(reader);
  }

  #release(reader: Connection): void {
    if (!this.#busy.delete(reader)) return;
    if (this.#idle.length < idleReaders) this.#idle.push(reader);
    else reader.close();
  }
}
