import type { Migration } from "./migration.ts";

export const auditRecords: Migration = {
  version: 3,
  statements: `
    CREATE TABLE audit_records (
      sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at BIGINT NOT NULL,
      event_id TEXT NOT NULL,
      request_id TEXT NOT NULL,
      event_source TEXT NOT NULL,
      event_name TEXT NOT NULL,
      access_key_id TEXT,
      read_only BOOLEAN NOT NULL,
      body TEXT NOT NULL
    );
    CREATE INDEX audit_records_by_time ON audit_records (at);
    CREATE INDEX audit_records_by_request ON audit_records (request_id);
    CREATE INDEX audit_records_by_event ON audit_records (event_id);
    CREATE INDEX audit_records_by_name ON audit_records (event_name);
  `,
};
