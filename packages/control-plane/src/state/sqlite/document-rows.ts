import { lastCharacter, type VersionedBody } from "../buffered-write.ts";
import type { ListOptions } from "../store.ts";
import { type Connection, integerOf, type Row, textOf } from "./connection.ts";

const versionedBody = (row: Row): VersionedBody => ({
  key: textOf(row, "key"),
  version: integerOf(row, "version"),
  body: textOf(row, "body"),
});

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
