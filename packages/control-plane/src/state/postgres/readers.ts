import { StoreClosedError } from "../store.ts";
import type { Connection } from "./connection.ts";
import { whileAway } from "./lost-connection.ts";

const keptIdle = 8;
/** Views at once; more wait for their turn. */
const ordinarilyOpen = 24;
/** Beyond it, where one view waits for another that waits for a turn. */
const openAtMost = 48;
const patienceMilliseconds = 250;

interface Waiter {
  readonly take: (reader: Connection | undefined) => void;
}

/** Connections for reading, each used by one snapshot at a time. */
export class Readers {
  readonly #place: string;
  readonly #connect: () => Promise<Connection>;
  readonly #idle: Connection[] = [];
  readonly #waiting: Waiter[] = [];
  #open = 0;
  #closed = false;

  constructor(place: string, connect: () => Promise<Connection>) {
    this.#place = place;
    this.#connect = connect;
  }

  /**
   * One consistent view of the store for all that `work` reads. Where the connection is lost, the work begins again
   * on another.
   */
  snapshot<Result>(work: (reader: Connection) => Promise<Result>): Promise<Result> {
    return this.#whileAway(async () => {
      const reader = await this.#take();
      let begun: Promise<void> | undefined;
      try {
        begun = reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        // Its failure is the failure of the first statement too.
        begun.catch(() => undefined);
        return await work(reader);
      } finally {
        this.#endSnapshot(reader, begun);
      }
    });
  }

  /** Reads of one statement each. */
  once<Result>(work: (reader: Connection) => Promise<Result>): Promise<Result> {
    return this.#whileAway(async () => {
      const reader = await this.#take();
      try {
        return await work(reader);
      } finally {
        this.#giveBack(reader);
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter.take(undefined);
    await Promise.all(this.#idle.splice(0).map((reader) => reader.close()));
  }

  #whileAway<Result>(work: () => Promise<Result>): Promise<Result> {
    return whileAway(this.#place, () => this.#closed, work);
  }

  #endSnapshot(reader: Connection, begun: Promise<void> | undefined): void {
    if (begun === undefined || reader.isLost) {
      this.#discard(reader);
      return;
    }
    reader.execute("COMMIT").then(
      () => this.#giveBack(reader),
      () => this.#discard(reader),
    );
  }

  async #take(): Promise<Connection> {
    if (this.#closed) throw new StoreClosedError("The store is closed.");
    for (;;) {
      const idle = this.#idle.pop();
      if (idle === undefined) break;
      if (!idle.isLost) return idle;
      this.#discard(idle);
    }
    if (this.#open >= ordinarilyOpen) {
      const given = await this.#wait();
      if (given !== undefined) return given;
      if (this.#closed) throw new StoreClosedError("The store is closed.");
    }
    return this.#openOne();
  }

  async #openOne(): Promise<Connection> {
    this.#open += 1;
    try {
      return await this.#connect();
    } catch (thrown) {
      this.#open -= 1;
      throw thrown;
    }
  }

  /** Undefined where one more may be opened. */
  #wait(): Promise<Connection | undefined> {
    const { promise, resolve } = Promise.withResolvers<Connection | undefined>();
    let timer: NodeJS.Timeout | undefined;
    const waiter: Waiter = {
      take: (reader) => {
        clearTimeout(timer);
        resolve(reader);
      },
    };
    const onTime = (): void => {
      if (this.#open >= openAtMost) {
        timer = setTimeout(onTime, patienceMilliseconds);
        return;
      }
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      resolve(undefined);
    };
    timer = setTimeout(onTime, patienceMilliseconds);
    this.#waiting.push(waiter);
    return promise;
  }

  #giveBack(reader: Connection): void {
    if (reader.isLost) {
      this.#discard(reader);
      return;
    }
    const waiter = this.#waiting.shift();
    if (waiter !== undefined) waiter.take(reader);
    else if (!this.#closed && this.#idle.length < keptIdle) this.#idle.push(reader);
    else this.#discard(reader);
  }

  #discard(reader: Connection): void {
    this.#open -= 1;
    void reader.close();
    if (this.#open < ordinarilyOpen) this.#waiting.shift()?.take(undefined);
  }
}
