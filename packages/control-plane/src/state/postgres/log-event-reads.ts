import type {
  LogEventRecord,
  LogGroupRead,
  LogPosition,
  LogStreamRead,
  LogStreamStatistics,
  LogStreamsByTimeRead,
} from "../append/log-events.ts";
import { bytesTextOf, type Connection, integerOf, type Parameter, type Row, textOf, withoutNul } from "./connection.ts";

const eventColumns = "event.sequence, stream.name AS stream, event.timestamp, event.ingestion_time, event.message";

const eventOf = (row: Row): LogEventRecord => ({
  sequence: integerOf(row, "sequence"),
  stream: textOf(row, "stream"),
  timestamp: integerOf(row, "timestamp"),
  ingestionTime: integerOf(row, "ingestion_time"),
  message: bytesTextOf(row, "message"),
});

const groupId = "(SELECT id FROM log_groups WHERE name = $1)";

const earliest = Number.MIN_SAFE_INTEGER;
const latest = Number.MAX_SAFE_INTEGER;

/** The later of a range's beginning and a place, as a place that is not itself part of the answer. */
const beginning = (startTime: number | undefined, from: LogPosition | undefined): readonly [number, number] => {
  const start = startTime ?? earliest;
  return from !== undefined && from.timestamp >= start ? [from.timestamp, from.sequence] : [start, -1];
};

export const readStreamEvents = async (
  connection: Connection,
  read: LogStreamRead,
): Promise<readonly LogEventRecord[]> => {
  const end = read.endTime ?? latest;
  const names = [withoutNul(read.group), withoutNul(read.stream)] as const;
  const stream = `(SELECT id, name FROM log_streams WHERE group_id = ${groupId} AND name = $2) AS stream`;
  if (read.direction === "forward") {
    const rows = await connection.query(
      `SELECT ${eventColumns} FROM ${stream} JOIN log_events AS event ON event.stream_id = stream.id
       WHERE event.timestamp < $3 AND (event.timestamp, event.sequence) > ($4, $5)
       ORDER BY event.timestamp, event.sequence LIMIT $6`,
      ...names,
      end,
      ...beginning(read.startTime, read.from),
      read.limit,
    );
    return rows.map(eventOf);
  }
  const { from } = read;
  const behind = from !== undefined && from.timestamp < end ? [from.timestamp, from.sequence] : [end, -1];
  const rows = await connection.query(
    `SELECT ${eventColumns} FROM ${stream} JOIN log_events AS event ON event.stream_id = stream.id
     WHERE event.timestamp >= $3 AND (event.timestamp, event.sequence) < ($4, $5)
     ORDER BY event.timestamp DESC, event.sequence DESC LIMIT $6`,
    ...names,
    read.startTime ?? earliest,
    ...behind,
    read.limit,
  );
  return rows.map(eventOf).reverse();
};

export const readGroupEvents = async (
  connection: Connection,
  read: LogGroupRead,
): Promise<readonly LogEventRecord[]> => {
  const end = read.endTime ?? latest;
  const range = [withoutNul(read.group), end, ...beginning(read.startTime, read.from), read.limit] as const;
  if (read.streams === undefined && read.streamPrefix === undefined) {
    const rows = await connection.query(
      `SELECT ${eventColumns} FROM log_events AS event JOIN log_streams AS stream ON stream.id = event.stream_id
       WHERE event.group_id = ${groupId} AND event.timestamp < $2 AND (event.timestamp, event.sequence) > ($3, $4)
       ORDER BY event.timestamp, event.sequence LIMIT $5`,
      ...range,
    );
    return rows.map(eventOf);
  }
  const chosen = chosenStreams(read.streams, 7);
  // Each stream's first events come in their order from its index; no stream gives more than the page holds.
  const rows = await connection.query(
    `SELECT event.* FROM log_streams AS stream CROSS JOIN LATERAL (
       SELECT ${eventColumns} FROM log_events AS event
       WHERE event.stream_id = stream.id AND event.timestamp < $2 AND (event.timestamp, event.sequence) > ($3, $4)
       ORDER BY event.timestamp, event.sequence LIMIT $5
     ) AS event
     WHERE stream.group_id = ${groupId} AND starts_with(stream.name, $6) ${chosen.sql}
     ORDER BY event.timestamp, event.sequence LIMIT $5`,
    ...range,
    withoutNul(read.streamPrefix ?? ""),
    ...chosen.values,
  );
  return rows.map(eventOf);
};

export const readIngested = async (
  connection: Connection,
  read: {
    readonly group: string;
    readonly streams?: readonly string[];
    readonly sequence: number;
    readonly limit: number;
  },
): Promise<readonly LogEventRecord[]> => {
  const chosen = chosenStreams(read.streams, 4);
  const rows = await connection.query(
    `SELECT ${eventColumns} FROM log_events AS event JOIN log_streams AS stream ON stream.id = event.stream_id
     WHERE event.group_id = ${groupId} AND event.sequence > $2 ${chosen.sql} ORDER BY event.sequence LIMIT $3`,
    withoutNul(read.group),
    read.sequence,
    read.limit,
    ...chosen.values,
  );
  return rows.map(eventOf);
};

/** The rows of a group's streams: all of them, or those that are named. */
export const streamsOf = (
  connection: Connection,
  group: string,
  streams: readonly string[] | undefined,
): Promise<readonly Row[]> => {
  const chosen = chosenStreams(streams, 2);
  return connection.query(
    `SELECT * FROM log_streams AS stream WHERE stream.group_id = ${groupId} ${chosen.sql}`,
    withoutNul(group),
    ...chosen.values,
  );
};

export const statisticsOf = (row: Row): LogStreamStatistics => ({
  stream: textOf(row, "name"),
  firstEventTimestamp: integerOf(row, "first_event"),
  lastEventTimestamp: integerOf(row, "last_event"),
  lastIngestionTime: integerOf(row, "last_ingestion"),
  storedBytes: integerOf(row, "stored_bytes"),
});

export const readStreamsByTime = async (
  connection: Connection,
  { group, descending, after, limit }: LogStreamsByTimeRead,
): Promise<readonly LogStreamStatistics[]> => {
  const [sign, order] = descending ? ["<", "DESC"] : [">", "ASC"];
  const behind = after === undefined ? "" : `AND (last_event, name) ${sign} ($3, $4)`;
  const rows = await connection.query(
    `SELECT * FROM log_streams WHERE group_id = ${groupId} ${behind}
     ORDER BY last_event ${order}, name ${order} LIMIT $2`,
    withoutNul(group),
    limit,
    ...(after === undefined ? [] : [after.lastEventTimestamp, withoutNul(after.stream)]),
  );
  return rows.map(statisticsOf);
};

const chosenStreams = (
  streams: readonly string[] | undefined,
  parameter: number,
): { readonly sql: string; readonly values: readonly Parameter[] } =>
  streams === undefined
    ? { sql: "", values: [] }
    : { sql: `AND stream.name = ANY($${parameter}::text[])`, values: [streams.map(withoutNul)] };
