import type { Migration } from "./migration.ts";

export const usageRecords: Migration = {
  version: 4,
  statements: `
    CREATE TABLE usage_records (
      id TEXT PRIMARY KEY,
      account_id TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      ended_at INTEGER,
      is_final INTEGER NOT NULL,
      body TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX usage_records_by_start ON usage_records (account_id, started_at, id);
  `,
};
