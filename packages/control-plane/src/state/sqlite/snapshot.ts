import { parseBody } from "../buffered-write.ts";
import type { Collection, ListOptions, ReadTransaction, Stored } from "../store.ts";
import type { Connection } from "./connection.ts";
import { listBodies, readBody } from "./document-rows.ts";
import type { IndexBuilder } from "./index-builder.ts";

/** The view was taken before something that it needs was built; the work runs again on a new one. */
export class SnapshotOutdatedError extends Error {
  override readonly name = "SnapshotOutdatedError";
}

/** Reads through one connection whose SQLite transaction holds the view still. */
export class Snapshot implements ReadTransaction {
  readonly #connection: Connection;
  readonly #indexes: IndexBuilder;

  constructor(connection: Connection, indexes: IndexBuilder) {
    this.#connection = connection;
    this.#indexes = indexes;
  }

  async get<Document>(collection: Collection<Document>, key: string): Promise<Document | undefined> {
    const found = readBody(this.#connection, collection.name, key);
    return found === undefined ? undefined : parseBody(collection, found.body);
  }

  async list<Document>(
    collection: Collection<Document>,
    options: ListOptions = {},
  ): Promise<readonly Stored<Document>[]> {
    if (this.#indexes.complete(collection)) throw new SnapshotOutdatedError();
    return listBodies(this.#connection, collection.name, options).map(({ key, body }) => ({
      key,
      document: parseBody(collection, body),
    }));
  }
}
