import { compareBytewise, lastCharacter, type VersionedBody } from "../buffered-write.ts";
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

/**
 * Where a list begins and ends. SQLite seeks by one bound of each side alone, so that with two of one side a later
 * page would be read from the first on.
 */
const boundsOf = ({
  prefix = "",
  after,
  descending,
}: ListOptions): { readonly sql: string; readonly values: string[] } => {
  const upper = prefix + lastCharacter;
  if (descending) return { sql: "KEY >= ? AND KEY < ?", values: [prefix, least(after ?? upper, upper)] };
  return after !== undefined && compareBytewise(after, prefix) >= 0
    ? { sql: "KEY > ? AND KEY < ?", values: [after, upper] }
    : { sql: "KEY >= ? AND KEY < ?", values: [prefix, upper] };
};

const least = (left: string, right: string): string => (compareBytewise(left, right) < 0 ? left : right);

export const listBodies = (
  connection: Connection,
  collection: string,
  options: ListOptions,
): readonly VersionedBody[] => {
  const limit = options.limit ?? -1;
  const { sql, values } = boundsOf(options);
  const order = options.descending ? "DESC" : "ASC";
  const rows =
    options.index === undefined
      ? connection.all(
          `SELECT key, version, body FROM documents
           WHERE collection = ? AND ${sql.replaceAll("KEY", "key")} ORDER BY key ${order} LIMIT ?`,
          collection,
          ...values,
          limit,
        )
      : connection.all(
          `SELECT entry.key AS key, version, body
           FROM index_entries AS entry CROSS JOIN documents
             ON documents.collection = entry.collection AND documents.key = entry.key
           WHERE entry.collection = ? AND entry.name = ? AND entry.value = ? AND ${sql.replaceAll("KEY", "entry.key")}
           ORDER BY entry.key ${order} LIMIT ?`,
          collection,
          options.index.name,
          options.index.value,
          ...values,
          limit,
        );
  return rows.map(versionedBody);
};
