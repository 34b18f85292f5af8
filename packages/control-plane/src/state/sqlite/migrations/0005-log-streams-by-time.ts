import type { Migration } from "./migration.ts";

/** The streams of a group in order of their last events. */
export const logStreamsByTime: Migration = {
  version: 5,
  statements: "CREATE INDEX log_streams_by_time ON log_streams (group_id, last_event, name);",
};
