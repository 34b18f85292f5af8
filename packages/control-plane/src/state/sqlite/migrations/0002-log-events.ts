import type { Migration } from "./migration.ts";

/** Log events by stream and by group in order of time; streams that were deleted wait to be swept. */
export const logEvents: Migration = {
  version: 2,
  statements: `
    CREATE TABLE log_groups (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE
    );
    CREATE TABLE log_streams (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      group_id INTEGER NOT NULL,
      name TEXT NOT NULL,
      first_event INTEGER NOT NULL,
      last_event INTEGER NOT NULL,
      last_ingestion INTEGER NOT NULL,
      stored_bytes INTEGER NOT NULL,
      last_batch INTEGER NOT NULL,
      UNIQUE (group_id, name)
    );
    CREATE TABLE log_events (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      group_id INTEGER NOT NULL,
      stream_id INTEGER NOT NULL,
      timestamp INTEGER NOT NULL,
      ingestion_time INTEGER NOT NULL,
      message TEXT NOT NULL
    );
    CREATE INDEX log_events_by_stream ON log_events (stream_id, timestamp);
    CREATE INDEX log_events_by_group ON log_events (group_id, timestamp);
    CREATE INDEX log_events_by_ingestion ON log_events (group_id);
    CREATE TABLE log_streams_to_sweep (stream_id INTEGER PRIMARY KEY);
  `,
};
