import type { LogAppend } from "../append/log-events.ts";
import { type Connection, integerOf } from "./connection.ts";
import { findGroup, findStream } from "./log-event-reads.ts";

/** What CloudWatch Logs counts for each event beside its message. */
const bytesPerEvent = 26;

/** Answers false, and writes nothing, where the batch was stored before. */
export const appendEvents = (writer: Connection, append: LogAppend): boolean => {
  const group = findGroup(writer, append.group) ?? insertGroup(writer, append.group);
  const stream = findStream(writer, group, append.stream);
  const { batch } = append;
  if (batch !== undefined && stream !== undefined && batch <= integerOf(stream, "last_batch")) return false;
  const timestamps = append.events.map((event) => event.timestamp);
  const [firstTimestamp] = timestamps;
  if (firstTimestamp === undefined && (batch === undefined || stream === undefined)) return true;
  const first = timestamps.reduce((left, right) => Math.min(left, right), firstTimestamp ?? Number.MAX_SAFE_INTEGER);
  const last = timestamps.reduce((left, right) => Math.max(left, right), firstTimestamp ?? 0);
  const bytes = append.events.reduce((sum, event) => sum + Buffer.byteLength(event.message) + bytesPerEvent, 0);
  const row = writer.get(
    `INSERT INTO log_streams (group_id, name, first_event, last_event, last_ingestion, stored_bytes, last_batch)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (group_id, name) DO UPDATE SET
       first_event = MIN(first_event, excluded.first_event), last_event = MAX(last_event, excluded.last_event),
       last_ingestion = excluded.last_ingestion, stored_bytes = stored_bytes + excluded.stored_bytes,
       last_batch = MAX(last_batch, excluded.last_batch)
     RETURNING id`,
    group,
    append.stream,
    first,
    last,
    append.ingestionTime,
    bytes,
    batch ?? -1,
  );
  if (row === undefined) throw new Error("The log stream was not written.");
  const streamId = integerOf(row, "id");
  for (const event of append.events) {
    writer.run(
      "INSERT INTO log_events (group_id, stream_id, timestamp, ingestion_time, message) VALUES (?, ?, ?, ?, ?)",
      group,
      streamId,
      event.timestamp,
      append.ingestionTime,
      event.message,
    );
  }
  return true;
};

const insertGroup = (writer: Connection, name: string): number =>
  writer.run("INSERT INTO log_groups (name) VALUES (?)", name).lastInsertRowid;

/** Takes a stream out of sight; its events are swept later. */
export const detachStream = (writer: Connection, group: string, stream: string): void => {
  const groupId = findGroup(writer, group);
  const row = groupId === undefined ? undefined : findStream(writer, groupId, stream);
  if (row === undefined) return;
  writer.run("INSERT INTO log_streams_to_sweep (stream_id) VALUES (?)", integerOf(row, "id"));
  writer.run("DELETE FROM log_streams WHERE id = ?", integerOf(row, "id"));
};

export const detachGroup = (writer: Connection, group: string): void => {
  const groupId = findGroup(writer, group);
  if (groupId === undefined) return;
  writer.run("INSERT INTO log_streams_to_sweep (stream_id) SELECT id FROM log_streams WHERE group_id = ?", groupId);
  writer.run("DELETE FROM log_streams WHERE group_id = ?", groupId);
  writer.run("DELETE FROM log_groups WHERE id = ?", groupId);
};

/** Removes at most `limit` events of a detached stream; answers whether there may be more to do. */
export const sweepDetached = (writer: Connection, limit: number): boolean => {
  const row = writer.get("SELECT stream_id FROM log_streams_to_sweep LIMIT 1");
  if (row === undefined) return false;
  const stream = integerOf(row, "stream_id");
  const { changes } = writer.run(
    "DELETE FROM log_events WHERE sequence IN (SELECT sequence FROM log_events WHERE stream_id = ? LIMIT ?)",
    stream,
    limit,
  );
  if (changes < limit) writer.run("DELETE FROM log_streams_to_sweep WHERE stream_id = ?", stream);
  return true;
};
