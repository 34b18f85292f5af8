import type {
  LogEventRecord,
  LogGroupRead,
  LogStreamRead,
  LogStreamStatistics,
  LogStreamsByTimeRead,
} from "../append/log-events.ts";
import { lastCharacter } from "../buffered-write.ts";
import { type Connection, integerOf, type Row, textOf } from "./connection.ts";

export const eventColumns =
  "event.sequence AS sequence, stream.name AS stream, event.timestamp AS timestamp, " +
  "event.ingestion_time AS ingestion_time, event.message AS message";

export const eventOf = (row: Row): LogEventRecord => ({
  sequence: integerOf(row, "sequence"),
  stream: textOf(row, "stream"),
  timestamp: integerOf(row, "timestamp"),
  ingestionTime: integerOf(row, "ingestion_time"),
  message: textOf(row, "message"),
});

export const findGroup = (connection: Connection, name: string): number | undefined => {
  const row = connection.get("SELECT id FROM log_groups WHERE name = ?", name);
  return row === undefined ? undefined : integerOf(row, "id");
};

export const findStream = (connection: Connection, group: number, name: string): Row | undefined =>
  connection.get("SELECT id, last_batch FROM log_streams WHERE group_id = ? AND name = ?", group, name);

/** The rows of a group's streams: all of them, or those that are named. */
export const streamsOf = (connection: Connection, groupName: string, streams?: readonly string[]): readonly Row[] => {
  const group = findGroup(connection, groupName);
  if (group === undefined) return [];
  if (streams === undefined) return connection.all("SELECT * FROM log_streams WHERE group_id = ?", group);
  return connection.all(
    "SELECT * FROM log_streams WHERE group_id = ? AND name IN (SELECT value FROM json_each(?))",
    group,
    JSON.stringify(streams),
  );
};

export const statisticsOf = (row: Row): LogStreamStatistics => ({
  stream: textOf(row, "name"),
  firstEventTimestamp: integerOf(row, "first_event"),
  lastEventTimestamp: integerOf(row, "last_event"),
  lastIngestionTime: integerOf(row, "last_ingestion"),
  storedBytes: integerOf(row, "stored_bytes"),
});

export const readStreamsByTime = (
  connection: Connection,
  { group: groupName, descending, after, limit }: LogStreamsByTimeRead,
): readonly LogStreamStatistics[] => {
  const group = findGroup(connection, groupName);
  if (group === undefined) return [];
  const [sign, order] = descending ? ["<", "DESC"] : [">", "ASC"];
  const behind = after === undefined ? "" : `AND (last_event, name) ${sign} (?, ?)`;
  return connection
    .all(
      `SELECT * FROM log_streams WHERE group_id = ? ${behind} ORDER BY last_event ${order}, name ${order} LIMIT ?`,
      group,
      ...(after === undefined ? [] : [after.lastEventTimestamp, after.stream]),
      limit,
    )
    .map(statisticsOf);
};

const earliest = Number.MIN_SAFE_INTEGER;
const latest = Number.MAX_SAFE_INTEGER;

/** One stream in order of time; SQLite's index on (stream, timestamp) ends in the sequence, its row id. */
const forwardSql = (index: "stream_id" | "group_id"): string => `
  SELECT ${eventColumns} FROM log_events AS event CROSS JOIN log_streams AS stream ON stream.id = event.stream_id
  WHERE event.${index} = ? AND event.timestamp < ? AND (event.timestamp, event.sequence) > (?, ?)
  ORDER BY event.timestamp, event.sequence LIMIT ?`;

const groupPrefixSql = `
  SELECT ${eventColumns} FROM log_events AS event CROSS JOIN log_streams AS stream ON stream.id = event.stream_id
  WHERE event.group_id = ? AND event.timestamp < ? AND (event.timestamp, event.sequence) > (?, ?)
    AND stream.name >= ? AND stream.name < ?
  ORDER BY event.timestamp, event.sequence LIMIT ?`;

const backwardSql = `
  SELECT ${eventColumns} FROM log_events AS event CROSS JOIN log_streams AS stream ON stream.id = event.stream_id
  WHERE event.stream_id = ? AND event.timestamp >= ? AND (event.timestamp, event.sequence) < (?, ?)
  ORDER BY event.timestamp DESC, event.sequence DESC LIMIT ?`;

/** The later of a range's beginning and a place, as a place that is not itself part of the answer. */
const beginning = (
  startTime: number | undefined,
  from: { readonly timestamp: number; readonly sequence: number } | undefined,
): readonly [number, number] => {
  const start = startTime ?? earliest;
  return from !== undefined && from.timestamp >= start ? [from.timestamp, from.sequence] : [start, -1];
};

export const readStreamEvents = (connection: Connection, read: LogStreamRead): readonly LogEventRecord[] => {
  const group = findGroup(connection, read.group);
  const row = group === undefined ? undefined : findStream(connection, group, read.stream);
  if (row === undefined) return [];
  const stream = integerOf(row, "id");
  const end = read.endTime ?? latest;
  if (read.direction === "forward") {
    return connection
      .all(forwardSql("stream_id"), stream, end, ...beginning(read.startTime, read.from), read.limit)
      .map(eventOf);
  }
  const { from } = read;
  const behind = from !== undefined && from.timestamp < end ? [from.timestamp, from.sequence] : [end, -1];
  return connection
    .all(backwardSql, stream, read.startTime ?? earliest, ...behind, read.limit)
    .map(eventOf)
    .reverse();
};

export const readGroupEvents = (connection: Connection, read: LogGroupRead): readonly LogEventRecord[] => {
  const end = read.endTime ?? latest;
  const begin = beginning(read.startTime, read.from);
  if (read.streams === undefined && read.streamPrefix === undefined) {
    const group = findGroup(connection, read.group);
    if (group === undefined) return [];
    return connection.all(forwardSql("group_id"), group, end, ...begin, read.limit).map(eventOf);
  }
  const group = findGroup(connection, read.group);
  if (group === undefined) return [];
  if (read.streams === undefined) return readPrefixEvents(connection, group, read, end, begin);
  const streams = streamsOf(connection, read.group, read.streams)
    .filter((row) => textOf(row, "name").startsWith(read.streamPrefix ?? ""))
    .map((row) => integerOf(row, "id"));
  return mergeStreams(connection, streams, end, begin, read.limit);
};

/** More streams are not merged: their events are picked from among all of the group's, of which they are many. */
const mergedStreams = 200;

const readPrefixEvents = (
  connection: Connection,
  group: number,
  { streamPrefix = "", limit }: LogGroupRead,
  end: number,
  begin: readonly [number, number],
): readonly LogEventRecord[] => {
  const range = [streamPrefix, streamPrefix + lastCharacter] as const;
  const streams = connection.all(
    "SELECT id FROM log_streams WHERE group_id = ? AND name >= ? AND name < ? LIMIT ?",
    group,
    ...range,
    mergedStreams + 1,
  );
  if (streams.length > mergedStreams) {
    return connection.all(groupPrefixSql, group, end, ...begin, ...range, limit).map(eventOf);
  }
  const ids = streams.map((row) => integerOf(row, "id"));
  return mergeStreams(connection, ids, end, begin, limit);
};

/** The first events of many streams in order of time, read no further in each than is needed. */
const mergeStreams = (
  connection: Connection,
  streams: readonly number[],
  end: number,
  begin: readonly [number, number],
  limit: number,
): readonly LogEventRecord[] => {
  const sources = streams.map((stream) => connection.iterate(forwardSql("stream_id"), stream, end, ...begin, limit));
  const heads = sources.flatMap((source) => {
    const event = nextOf(source);
    return event === undefined ? [] : [{ source, event }];
  });
  const merged: LogEventRecord[] = [];
  while (merged.length < limit) {
    const first = heads.reduce<(typeof heads)[number] | undefined>(
      (best, head) => (best === undefined || isBefore(head.event, best.event) ? head : best),
      undefined,
    );
    if (first === undefined) break;
    merged.push(first.event);
    const next = nextOf(first.source);
    if (next === undefined) heads.splice(heads.indexOf(first), 1);
    else first.event = next;
  }
  for (const source of sources) source.return?.();
  return merged;
};

const nextOf = (source: NodeJS.Iterator<Row>): LogEventRecord | undefined => {
  const { done, value } = source.next();
  return done ? undefined : eventOf(value);
};

const isBefore = (left: LogEventRecord, right: LogEventRecord): boolean =>
  left.timestamp === right.timestamp ? left.sequence < right.sequence : left.timestamp < right.timestamp;
