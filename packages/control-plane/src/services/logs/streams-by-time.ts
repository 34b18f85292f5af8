import type { LogEvents, LogStreamPosition, LogStreamStatistics } from "../../state/append/log-events.ts";
import type { Store } from "../../state/store.ts";
import { type LogGroupRecord, type LogStreamRecord, streamNameOf } from "./collections.ts";
import { decodePageToken, encodePageToken, invalidToken } from "./pages.ts";
import { findStream, streamsWithPrefix } from "./repository.ts";

export interface StreamsPage {
  readonly items: readonly LogStreamRecord[];
  readonly statistics: ReadonlyMap<string, LogStreamStatistics>;
  readonly nextToken: string | undefined;
}

interface PageRequest {
  readonly limit: number;
  readonly descending: boolean | undefined;
  readonly nextToken: string | undefined;
}

/** Where a page begins: among the streams with events, or among those that never had one. */
type Place =
  | { readonly kind: "silent"; readonly after: string | undefined }
  | { readonly kind: "told"; readonly after: LogStreamPosition | undefined };

interface Part {
  readonly streams: readonly LogStreamRecord[];
  readonly statistics: readonly LogStreamStatistics[];
  /** Undefined at the end of its kind. */
  readonly next: Place | undefined;
}

/** Streams looked at at once for those without events. */
const lookedAt = 1_000;

interface Reads {
  readonly store: Store;
  readonly events: LogEvents;
}

/** Streams by their last events, those that never had one first, as with AWS; last where it is descending. */
export const streamsByTime = async (
  reads: Reads,
  group: LogGroupRecord,
  request: PageRequest,
): Promise<StreamsPage> => {
  const { limit, descending = false, nextToken } = request;
  const read = (place: Place, wanted: number): Promise<Part> =>
    place.kind === "told"
      ? toldStreams(reads, group, place.after, wanted, descending)
      : silentStreams(reads, group, place.after, wanted, descending);
  const [first, second]: readonly [Place, Place] = descending ? [told, silent] : [silent, told];
  const place = nextToken === undefined ? first : placeIn(nextToken);
  const part = await read(place, limit);
  if (part.next !== undefined || place.kind === second.kind) return pageOf([part], part.next);
  const wanted = limit - part.streams.length;
  if (wanted === 0) return pageOf([part], second);
  const rest = await read(second, wanted);
  return pageOf([part, rest], rest.next);
};

const told: Place = { kind: "told", after: undefined };
const silent: Place = { kind: "silent", after: undefined };

const pageOf = (parts: readonly Part[], next: Place | undefined): StreamsPage => ({
  items: parts.flatMap(({ streams }) => streams),
  statistics: new Map(parts.flatMap(({ statistics }) => statistics.map((each) => [each.stream, each] as const))),
  nextToken: next === undefined ? undefined : tokenOf(next),
});

const toldStreams = async (
  { store, events }: Reads,
  group: LogGroupRecord,
  after: LogStreamPosition | undefined,
  limit: number,
  descending: boolean,
): Promise<Part> => {
  const found = await events.streamsByTime({ group: group.eventsKey, descending, after, limit });
  const streams = await store.read(async (transaction) => {
    const records: LogStreamRecord[] = [];
    for (const { stream } of found) {
      const record = await findStream(transaction, group, group.name, streamNameOf(stream));
      // Deleted, also where one of its name was made again: its events wait to be.
      if (record?.eventsKey === stream) records.push(record);
    }
    return records;
  });
  const last = found.at(-1);
  const next = last === undefined || found.length < limit ? undefined : ({ kind: "told", after: last } as const);
  return { streams, statistics: found, next };
};

/** There is no index of them: it looks on until it has found one, so that no page is empty before the end. */
const silentStreams = async (
  { store, events }: Reads,
  group: LogGroupRecord,
  from: string | undefined,
  limit: number,
  descending: boolean,
): Promise<Part> => {
  for (let after = from; ; ) {
    const place = { after, descending, limit: lookedAt };
    const some = await store.read((transaction) => streamsWithPrefix(transaction, group, "", place));
    const keys = some.map(({ eventsKey }) => eventsKey);
    const told = await events.statistics(group.eventsKey, keys);
    const streams = some.filter(({ eventsKey }) => !told.has(eventsKey)).slice(0, limit);
    const last = streams.length === limit ? streams.at(-1) : some.at(-1);
    const isEnd = last === undefined || (some.length < lookedAt && last === some.at(-1));
    if (isEnd) return { streams, statistics: [], next: undefined };
    if (streams.length > 0) return { streams, statistics: [], next: { kind: "silent", after: last.name } };
    after = last.name;
  }
};

const tokenOf = (place: Place): string => {
  if (place.kind === "silent") return encodePageToken(`silent:${place.after ?? ""}`);
  const { after } = place;
  return encodePageToken(after === undefined ? "told:" : `told:${after.lastEventTimestamp}:${after.stream}`);
};

/** Throws InvalidParameterException. */
const placeIn = (token: string): Place => {
  const text = decodePageToken(token);
  const [, time, stream] = /^told:(-?\d{1,16}):([\s\S]+)$/.exec(text) ?? [];
  if (time !== undefined && stream !== undefined) {
    return { kind: "told", after: { lastEventTimestamp: Number(time), stream } };
  }
  if (text === "told:") return { kind: "told", after: undefined };
  if (!text.startsWith("silent:")) throw invalidToken();
  const after = text.slice("silent:".length);
  return { kind: "silent", after: after === "" ? undefined : after };
};
