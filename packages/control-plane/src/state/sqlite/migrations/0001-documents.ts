import type { Migration } from "./migration.ts";

/** Documents, their secondary indexes and the feed of changes. A document's version is its last change's sequence. */
export const documents: Migration = {
  version: 1,
  statements: `
    CREATE TABLE documents (
      collection TEXT NOT NULL,
      key TEXT NOT NULL,
      version INTEGER NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (collection, key)
    ) WITHOUT ROWID;
    CREATE TABLE index_entries (
      collection TEXT NOT NULL,
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      key TEXT NOT NULL,
      PRIMARY KEY (collection, name, value, key)
    ) WITHOUT ROWID;
    CREATE INDEX index_entries_by_document ON index_entries (collection, key);
    CREATE TABLE known_indexes (
      collection TEXT NOT NULL,
      name TEXT NOT NULL,
      PRIMARY KEY (collection, name)
    ) WITHOUT ROWID;
    CREATE TABLE changes (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      collection TEXT NOT NULL,
      key TEXT NOT NULL,
      kind TEXT NOT NULL,
      at INTEGER NOT NULL
    );
  `,
};
