import type { VersionedBody } from "../buffered-write.ts";
import { identityOf } from "../buffered-write.ts";
import type { ListOptions } from "../store.ts";
import type { Connection } from "./connection.ts";
import { listBodies, readBody } from "./document-rows.ts";

/** The view was taken before something that it needs was written; the work runs again on a new one. */
export class SnapshotOutdatedError extends Error {
  override readonly name = "SnapshotOutdatedError";
}

/** Characters of all bodies that a view keeps. */
const keptCharacters = 4_000_000;
/** A view is left after so many works, so that no SQLite transaction stays open for long under steady load. */
const mostWorks = 1_000;

interface Lender {
  take(): Connection;
  giveBack(connection: Connection): void;
}

/**
 * The documents as they stand between two commits, shared by all works that begin between them: one SQLite
 * transaction for those that overlap, and what was read once is not read again.
 */
export class View {
  readonly #lender: Lender;
  readonly #bodies = new Map<string, VersionedBody | undefined>();
  readonly #lists = new Map<string, readonly VersionedBody[]>();
  #characters = 0;
  #connection: Connection | undefined;
  #works = 0;
  #working = 0;
  #outdated = false;

  constructor(lender: Lender) {
    this.#lender = lender;
  }

  get isCurrent(): boolean {
    return !this.#outdated && this.#works < mostWorks;
  }

  /** Said before documents are written: what has not begun to read can not read these documents any more. */
  outdate(): void {
    this.#outdated = true;
  }

  async run<Result>(work: (view: View) => Promise<Result>): Promise<Result> {
    this.#works += 1;
    this.#working += 1;
    try {
      return await work(this);
    } finally {
      this.#working -= 1;
      if (this.#working === 0) this.#end();
    }
  }

  /** Throws SnapshotOutdatedError. */
  body(collection: string, key: string): VersionedBody | undefined {
    const identity = identityOf(collection, key);
    const known = this.#bodies.get(identity);
    if (known !== undefined || this.#bodies.has(identity)) return known;
    const found = readBody(this.#begun(), collection, key);
    if (this.#keeps(identity.length + (found?.body.length ?? 0))) this.#bodies.set(identity, found);
    return found;
  }

  /** Throws SnapshotOutdatedError. */
  list(collection: string, options: ListOptions): readonly VersionedBody[] {
    const identity = identityOf(collection, JSON.stringify(options));
    const known = this.#lists.get(identity);
    if (known !== undefined) return known;
    const found = listBodies(this.#begun(), collection, options);
    if (this.#keeps(found.reduce((sum, { body }) => sum + body.length, identity.length))) {
      this.#lists.set(identity, found);
    }
    return found;
  }

  #keeps(characters: number): boolean {
    if (this.#characters + characters > keptCharacters) return false;
    this.#characters += characters;
    return true;
  }

  #begun(): Connection {
    if (this.#connection !== undefined) return this.#connection;
    // SQLite would show what was committed since, beside bodies that were read before.
    if (this.#outdated) throw new SnapshotOutdatedError();
    const connection = this.#lender.take();
    connection.execute("BEGIN");
    this.#connection = connection;
    return connection;
  }

  #end(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connection = undefined;
    this.#lender.giveBack(connection);
  }
}
