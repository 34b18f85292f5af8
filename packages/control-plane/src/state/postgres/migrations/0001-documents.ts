import type { Migration } from "./migration.ts";

/**
 * Documents, their secondary indexes and the feed of changes. A document's version is its last change's sequence.
 * `heads` holds the newest number of each ordered table: numbers are given out under a lock that is held until
 * the commit is visible, so that their order is the order of commits. `commits` holds each writer's newest commit, so
 * that one whose connection was lost can tell whether it was kept.
 */
export const documents: Migration = {
  version: 1,
  statements: `
    CREATE TABLE documents (
      collection TEXT COLLATE "C" NOT NULL,
      key TEXT COLLATE "C" NOT NULL,
      version BIGINT NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (collection, key)
    );
    CREATE TABLE index_entries (
      collection TEXT COLLATE "C" NOT NULL,
      name TEXT COLLATE "C" NOT NULL,
      value TEXT COLLATE "C" NOT NULL,
      key TEXT COLLATE "C" NOT NULL,
      PRIMARY KEY (collection, name, value, key)
    );
    CREATE INDEX index_entries_by_document ON index_entries (collection, key);
    CREATE TABLE known_indexes (
      collection TEXT COLLATE "C" NOT NULL,
      name TEXT COLLATE "C" NOT NULL,
      PRIMARY KEY (collection, name)
    );
    CREATE TABLE changes (
      sequence BIGINT PRIMARY KEY,
      collection TEXT COLLATE "C" NOT NULL,
      key TEXT COLLATE "C" NOT NULL,
      kind TEXT NOT NULL,
      at BIGINT NOT NULL
    );
    CREATE TABLE heads (
      name TEXT PRIMARY KEY,
      sequence BIGINT NOT NULL
    ) WITH (fillfactor = 10);
    CREATE TABLE commits (
      writer TEXT PRIMARY KEY,
      number BIGINT NOT NULL,
      at TIMESTAMPTZ NOT NULL
    ) WITH (fillfactor = 10);
    INSERT INTO heads (name, sequence) VALUES ('changes', 0);
  `,
};
