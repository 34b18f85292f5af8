import type { LogAppend } from "../append/log-events.ts";
import { type Connection, integerOf, withoutNul } from "./connection.ts";
import type { WakeUps } from "./notifications.ts";

/** What CloudWatch Logs counts for each event beside its message. */
const bytesPerEvent = 26;

/** Answers false, and writes nothing, where the batch was stored before. */
export const appendEvents = async (connection: Connection, append: LogAppend, wakeUps: WakeUps): Promise<boolean> => {
  const groupName = withoutNul(append.group);
  const streamName = withoutNul(append.stream);
  const [found = {}] = await connection.query(
    `SELECT log_groups.id AS group_id, log_streams.last_batch, heads.sequence
     FROM heads
     LEFT JOIN log_groups ON log_groups.name = $1
     LEFT JOIN log_streams ON log_streams.group_id = log_groups.id AND log_streams.name = $2
     WHERE heads.name = 'log_events'`,
    groupName,
    streamName,
  );
  const group = found.group_id === null ? await insertGroup(connection, groupName) : integerOf(found, "group_id");
  const isKnown = found.last_batch !== null;
  const { batch, events } = append;
  if (batch !== undefined && isKnown && batch <= integerOf(found, "last_batch")) return false;
  const [first] = events;
  if (first === undefined && (batch === undefined || !isKnown)) return true;
  const times = events.map(({ timestamp }) => timestamp);
  const sequence = integerOf(found, "sequence");
  const messages = events.map(({ message }) => Buffer.from(message, "utf8"));
  await connection.query(
    `WITH stream AS (
       INSERT INTO log_streams (group_id, name, first_event, last_event, last_ingestion, stored_bytes, last_batch)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (group_id, name) DO UPDATE SET
         first_event = LEAST(log_streams.first_event, excluded.first_event),
         last_event = GREATEST(log_streams.last_event, excluded.last_event),
         last_ingestion = excluded.last_ingestion,
         stored_bytes = log_streams.stored_bytes + excluded.stored_bytes,
         last_batch = GREATEST(log_streams.last_batch, excluded.last_batch)
       RETURNING id
     ), stored AS (
       INSERT INTO log_events (sequence, group_id, stream_id, timestamp, ingestion_time, message)
       SELECT $8::bigint + event.position, $1, stream.id, event.timestamp, $5, event.message
       FROM stream, unnest($9::bigint[], $10::bytea[]) WITH ORDINALITY AS event (timestamp, message, position)
     )
     UPDATE heads SET sequence = $8::bigint + $11::bigint WHERE name = 'log_events' RETURNING pg_notify($12, $13)`,
    group,
    streamName,
    times.reduce((left, right) => Math.min(left, right), first?.timestamp ?? Number.MAX_SAFE_INTEGER),
    times.reduce((left, right) => Math.max(left, right), first?.timestamp ?? 0),
    append.ingestionTime,
    messages.reduce((sum, message) => sum + message.length + bytesPerEvent, 0),
    batch ?? -1,
    sequence,
    times,
    messages,
    events.length,
    wakeUps.appendChannel,
    payloadOf(wakeUps, groupName),
  );
  return true;
};

/** A notification holds 8,000 bytes; one without a name may mean any group. */
const payloadOf = ({ origin }: WakeUps, group: string): string =>
  Buffer.byteLength(group) > 7_000 ? origin : `${origin} ${group}`;

const insertGroup = async (connection: Connection, name: string): Promise<number> => {
  const [row] = await connection.query("INSERT INTO log_groups (name) VALUES ($1) RETURNING id", name);
  return integerOf(row ?? {}, "id");
};

/** Takes a stream out of sight; its events are swept later. */
export const detachStream = async (connection: Connection, group: string, stream: string): Promise<void> => {
  await connection.query(
    `WITH gone AS (
       DELETE FROM log_streams USING log_groups
       WHERE log_groups.id = log_streams.group_id AND log_groups.name = $1 AND log_streams.name = $2
       RETURNING log_streams.id
     )
     INSERT INTO log_streams_to_sweep (stream_id) SELECT id FROM gone`,
    withoutNul(group),
    withoutNul(stream),
  );
};

export const detachGroup = async (connection: Connection, group: string): Promise<void> => {
  await connection.query(
    `WITH gone_group AS (
       DELETE FROM log_groups WHERE name = $1 RETURNING id
     ), gone AS (
       DELETE FROM log_streams USING gone_group WHERE log_streams.group_id = gone_group.id RETURNING log_streams.id
     )
     INSERT INTO log_streams_to_sweep (stream_id) SELECT id FROM gone`,
    withoutNul(group),
  );
};

/** Removes at most `limit` events of a detached stream; answers whether there may be more to do. */
export const sweepDetached = async (connection: Connection, limit: number): Promise<boolean> => {
  const [row] = await connection.query("SELECT stream_id FROM log_streams_to_sweep LIMIT 1");
  if (row === undefined) return false;
  const stream = integerOf(row, "stream_id");
  const removed = await connection.change(
    "DELETE FROM log_events WHERE sequence IN (SELECT sequence FROM log_events WHERE stream_id = $1 LIMIT $2)",
    stream,
    limit,
  );
  if (removed < limit) await connection.query("DELETE FROM log_streams_to_sweep WHERE stream_id = $1", stream);
  return true;
};
