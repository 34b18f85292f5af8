import type { Migration } from "./migration.ts";

export const usageRecords: Migration = {
  version: 4,
  statements: `
    CREATE TABLE usage_records (
      id TEXT COLLATE "C" PRIMARY KEY,
      account_id TEXT COLLATE "C" NOT NULL,
      started_at BIGINT NOT NULL,
      ended_at BIGINT,
      is_final BOOLEAN NOT NULL,
      body TEXT NOT NULL
    );
    CREATE INDEX usage_records_by_start ON usage_records (account_id, started_at, id);
  `,
};
