import type { Migration } from "./migration.ts";

/** Log events by stream and by group in order of time; streams that were deleted wait to be swept. */
export const logEvents: Migration = {
  version: 2,
  statements: `
    CREATE TABLE log_groups (
      id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name TEXT COLLATE "C" NOT NULL UNIQUE
    );
    CREATE TABLE log_streams (
      id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      group_id BIGINT NOT NULL,
      name TEXT COLLATE "C" NOT NULL,
      first_event BIGINT NOT NULL,
      last_event BIGINT NOT NULL,
      last_ingestion BIGINT NOT NULL,
      stored_bytes BIGINT NOT NULL,
      last_batch BIGINT NOT NULL,
      UNIQUE (group_id, name)
    );
    CREATE TABLE log_events (
      sequence BIGINT PRIMARY KEY,
      group_id BIGINT NOT NULL,
      stream_id BIGINT NOT NULL,
      timestamp BIGINT NOT NULL,
      ingestion_time BIGINT NOT NULL,
      message BYTEA NOT NULL
    );
    CREATE INDEX log_events_by_stream ON log_events (stream_id, timestamp, sequence);
    CREATE INDEX log_events_by_group ON log_events (group_id, timestamp, sequence);
    CREATE INDEX log_events_by_ingestion ON log_events (group_id, sequence);
    CREATE TABLE log_streams_to_sweep (stream_id BIGINT PRIMARY KEY);
    INSERT INTO heads (name, sequence) VALUES ('log_events', 0);
  `,
};
