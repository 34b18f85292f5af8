import type { Collection, ListOptions, ReadTransaction, Stored } from "../store.ts";
import { type Connection, integerOf, type Row, textOf } from "./connection.ts";
import type { IndexBuilder } from "./index-builder.ts";

/** Behind every key that begins with a prefix: keys may not contain this character. */
export const lastCharacter = "\u{10FFFF}";

/** The view was taken before something that it needs was built; the work runs again on a new one. */
export class SnapshotOutdatedError extends Error {
  override readonly name = "SnapshotOutdatedError";
}

export interface VersionedBody {
  readonly key: string;
  readonly version: number;
  readonly body: string;
}

const versionedBody = (row: Row): VersionedBody => ({
  key: textOf(row, "key"),
  version: integerOf(row, "version"),
  body: textOf(row, "body"),
});

/** A document as it was written; the collection says what type its bodies have. */
export const parseBody = <Document>(_collection: Collection<Document>, body: string): Document => JSON.parse(body);

export const readBody = (connection: Connection, collection: string, key: string): VersionedBody | undefined => {
  const row = connection.get(
    "SELECT key, version, body FROM documents WHERE collection = ? AND key = ?",
    collection,
    key,
  );
  return row === undefined ? undefined : versionedBody(row);
};

export const listBodies = (
  connection: Connection,
  collection: string,
  options: ListOptions,
): readonly VersionedBody[] => {
  const after = options.after ?? "";
  const prefix = options.prefix ?? "";
  const limit = options.limit ?? -1;
  const upper = prefix + lastCharacter;
  const rows =
    options.index === undefined
      ? connection.all(
          `SELECT key, version, body FROM documents
           WHERE collection = ? AND key > ? AND key >= ? AND key < ? ORDER BY key LIMIT ?`,
          collection,
          after,
          prefix,
          upper,
          limit,
        )
      : connection.all(
          `SELECT entry.key AS key, version, body
           FROM index_entries AS entry CROSS JOIN documents
             ON documents.collection = entry.collection AND documents.key = entry.key
           WHERE entry.collection = ? AND entry.name = ? AND entry.value = ?
             AND entry.key > ? AND entry.key >= ? AND entry.key < ?
           ORDER BY entry.key LIMIT ?`,
          collection,
          options.index.name,
          options.index.value,
          after,
          prefix,
          upper,
          limit,
        );
  return rows.map(versionedBody);
};

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
