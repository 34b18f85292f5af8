import { lastCharacter, type VersionedBody } from "../buffered-write.ts";
import type { ListOptions } from "../store.ts";
import { type Connection, integerOf, type Row, textOf, withoutNul } from "./connection.ts";

const versionedBody = (row: Row): VersionedBody => ({
  key: textOf(row, "key"),
  version: integerOf(row, "version"),
  body: textOf(row, "body"),
});

export const readBody = async (
  connection: Connection,
  collection: string,
  key: string,
): Promise<VersionedBody | undefined> => {
  const [row] = await connection.query(
    "SELECT key, version, body FROM documents WHERE collection = $1 AND key = $2",
    collection,
    withoutNul(key),
  );
  return row === undefined ? undefined : versionedBody(row);
};

const everything = 9_007_199_254_740_991;

export const listBodies = async (
  connection: Connection,
  collection: string,
  options: ListOptions,
): Promise<readonly VersionedBody[]> => {
  // No key holds NUL: those behind "a\0b" are those behind "a".
  const after = options.after?.split("\0", 1)[0] ?? (options.descending ? lastCharacter : "");
  const [comparison, order] = options.descending ? ["<", "DESC"] : [">", "ASC"];
  const prefix = withoutNul(options.prefix ?? "");
  const limit = options.limit ?? everything;
  const upper = prefix + lastCharacter;
  const rows =
    options.index === undefined
      ? await connection.query(
          `SELECT key, version, body FROM documents
           WHERE collection = $1 AND key ${comparison} $2 AND key >= $3 AND key < $4 ORDER BY key ${order} LIMIT $5`,
          collection,
          after,
          prefix,
          upper,
          limit,
        )
      : await connection.query(
          `SELECT entry.key, version, body
           FROM index_entries AS entry
           JOIN documents ON documents.collection = entry.collection AND documents.key = entry.key
           WHERE entry.collection = $1 AND entry.name = $2 AND entry.value = $3
             AND entry.key ${comparison} $4 AND entry.key >= $5 AND entry.key < $6
           ORDER BY entry.key ${order} LIMIT $7`,
          collection,
          options.index.name,
          withoutNul(options.index.value),
          after,
          prefix,
          upper,
          limit,
        );
  return rows.map(versionedBody);
};
