import { StoreClosedError } from "../store.ts";
import { Connection } from "./connection.ts";
import { View } from "./view.ts";

const idleReaders = 8;

/** Connections for reading, each used by one view at a time, and the view of the documents as they are now. */
export class Readers {
  readonly #path: string;
  readonly #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  #view: View | undefined;
  #closed = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** One consistent view of the documents for all that `work` reads, of after the last commit. */
  async snapshot<Result>(work: (view: View) => Promise<Result>): Promise<Result> {
    if (this.#view?.isCurrent !== true) {
      this.#view = new View({ take: () => this.#take(), giveBack: (reader) => this.#giveBack(reader) });
    }
    return this.#view.run(work);
  }

  /** To be called before documents are written, in the same turn as their commit. */
  outdate(): void {
    this.#view?.outdate();
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
