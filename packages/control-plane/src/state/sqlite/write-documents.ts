import type { BufferedWrite, ReadVersion } from "../buffered-write.ts";
import { TransactionConflictError } from "../store.ts";
import type { Connection } from "./connection.ts";
import { readBody } from "./document-rows.ts";
import { JobRefused } from "./group-commit.ts";

/** Refuses the job where a document that the transaction read has changed since. */
export const checkReads = (writer: Connection, reads: readonly ReadVersion[]): void => {
  for (const { collection, key, version } of reads) {
    const row = writer.get("SELECT version FROM documents WHERE collection = ? AND key = ?", collection, key);
    if ((row?.version ?? 0) !== version) {
      throw new JobRefused(new TransactionConflictError(`${collection}/${key} was changed by another writer.`));
    }
  }
};

/** Writes documents, their index entries and their changes; answers how many changes there were. */
export const writeDocuments = (writer: Connection, writes: readonly BufferedWrite[], at: number): number => {
  let changes = 0;
  for (const write of writes) {
    const { collection, key, body } = write;
    if (body === undefined && readBody(writer, collection, key) === undefined) continue;
    changes += 1;
    const sequence = writer.run(
      "INSERT INTO changes (collection, key, kind, at) VALUES (?, ?, ?, ?)",
      collection,
      key,
      body === undefined ? "delete" : "put",
      at,
    ).lastInsertRowid;
    if (body === undefined) {
      writer.run("DELETE FROM documents WHERE collection = ? AND key = ?", collection, key);
    } else {
      writer.run(
        `INSERT INTO documents (collection, key, version, body) VALUES (?, ?, ?, ?)
         ON CONFLICT (collection, key) DO UPDATE SET version = excluded.version, body = excluded.body`,
        collection,
        key,
        sequence,
        body,
      );
    }
    writeIndexEntries(writer, write);
  }
  return changes;
};

export const writeIndexEntries = (
  writer: Connection,
  write: Pick<BufferedWrite, "collection" | "key" | "indexValues">,
): void => {
  const { collection, key } = write;
  writer.run("DELETE FROM index_entries WHERE collection = ? AND key = ?", collection, key);
  for (const { name, value } of write.indexValues) {
    writer.run(
      "INSERT INTO index_entries (collection, name, value, key) VALUES (?, ?, ?, ?)",
      collection,
      name,
      value,
      key,
    );
  }
};
