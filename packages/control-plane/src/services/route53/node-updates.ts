import type { HostedZoneSpec, HostedZoneUpdate, ZoneNameSpec } from "@fleetless/kernel";
import { nextCommit } from "../../compute/next-commit.ts";
import { type Change, FeedTruncatedError, type ReadTransaction } from "../../state/store.ts";
import { acknowledgeChanges } from "./acknowledgements.ts";
import { changes, type HostedZoneRecord, health, hostedZones, nameOfKey, recordSets } from "./collections.ts";
import type { Route53Dependencies } from "./dependencies.ts";
import { recordSetsOfName, recordSetsOfZone } from "./repository.ts";
import { specsOf } from "./zone-data.ts";

const pageSize = 1_000;
/** How long a node waits for news before it gets an empty answer, in milliseconds. */
const longestWait = 20_000;

export type HostedZoneSource = Pick<Route53Dependencies, "store" | "clock" | "liveNodes">;

interface Touched {
  readonly zones: Set<string>;
  readonly names: Map<string, ReturnType<typeof nameOfKey>>;
  readonly health: Set<string>;
  readonly changes: Set<string>;
}

const touchedBy = (feed: readonly Change[]): Touched => {
  const touched: Touched = { zones: new Set(), names: new Map(), health: new Set(), changes: new Set() };
  for (const { collection, key } of feed) {
    if (collection === hostedZones.name) touched.zones.add(key);
    else if (collection === health.name) touched.health.add(key);
    else if (collection === changes.name) touched.changes.add(key);
    else if (collection === recordSets.name) {
      const place = nameOfKey(key);
      touched.names.set(`${place.zoneId} ${place.name}`, place);
    }
  }
  return touched;
};

const isUntouched = (touched: Touched): boolean =>
  touched.zones.size + touched.names.size + touched.health.size + touched.changes.size === 0;

const zoneSpec = ({ id, name, vpcs }: HostedZoneRecord): HostedZoneSpec => ({
  id,
  name,
  vpcIds: vpcs.map(({ vpcId }) => vpcId),
});

const readComplete = async ({ store }: HostedZoneSource, node: string): Promise<HostedZoneUpdate> => {
  const cursor = String(await store.latestSequence());
  return store.read(async (transaction) => {
    const found = await transaction.list(hostedZones, { index: { name: "visibility", value: "private" } });
    const names: ZoneNameSpec[] = [];
    for (const { key: zoneId } of found) {
      const sets = specsOf(await recordSetsOfZone(transaction, zoneId));
      for (const [name, specs] of Map.groupBy(sets, (spec) => spec.name))
        names.push({ zoneId, name, recordSets: specs });
    }
    const pending = await transaction.list(changes, { index: { name: "status", value: "PENDING" } });
    return {
      cursor,
      complete: true,
      zones: found.map(({ document }) => zoneSpec(document)),
      removedZones: [],
      names,
      health: (await transaction.list(health)).map(({ key, document }) => ({ id: key, healthy: document.healthy })),
      removedHealth: [],
      changes: pending.filter(({ document }) => !document.nodes.includes(node)).map(({ key }) => key),
    };
  });
};

const readZones = async (transaction: ReadTransaction, ids: Iterable<string>) => {
  const zones: HostedZoneSpec[] = [];
  const removedZones: string[] = [];
  for (const id of ids) {
    const zone = await transaction.get(hostedZones, id);
    if (zone === undefined) removedZones.push(id);
    else if (zone.isPrivate) zones.push(zoneSpec(zone));
  }
  return { zones, removedZones };
};

const readHealth = async (transaction: ReadTransaction, ids: Iterable<string>) => {
  const found: { id: string; healthy: boolean }[] = [];
  const removedHealth: string[] = [];
  for (const id of ids) {
    const record = await transaction.get(health, id);
    if (record === undefined) removedHealth.push(id);
    else found.push({ id, healthy: record.healthy });
  }
  return { health: found, removedHealth };
};

const readTouched = (
  { store }: HostedZoneSource,
  node: string,
  cursor: number,
  touched: Touched,
): Promise<HostedZoneUpdate> =>
  store.read(async (transaction) => {
    const names: ZoneNameSpec[] = [];
    for (const { zoneId, name } of touched.names.values()) {
      if ((await transaction.get(hostedZones, zoneId))?.isPrivate !== true) continue;
      names.push({ zoneId, name, recordSets: specsOf(await recordSetsOfName(transaction, zoneId, name)) });
    }
    const pending: string[] = [];
    for (const id of touched.changes) {
      const change = await transaction.get(changes, id);
      if (change?.status === "PENDING" && !change.nodes.includes(node)) pending.push(id);
    }
    return {
      cursor: String(cursor),
      complete: false,
      ...(await readZones(transaction, touched.zones)),
      names,
      ...(await readHealth(transaction, touched.health)),
      changes: pending,
    };
  });

const isEmpty = (update: HostedZoneUpdate): boolean =>
  [update.zones, update.removedZones, update.names, update.health, update.removedHealth, update.changes].every(
    (list) => list.length === 0,
  );

/**
 * What a node's resolvers must know: everything without a cursor or with one that is too old, else what changed behind
 * the cursor, as soon as there is something. `applied` are the changes that the node has put in force meanwhile.
 */
export const readHostedZones = async (
  source: HostedZoneSource,
  node: string,
  cursor: string | undefined,
  applied: readonly string[],
  signal: AbortSignal,
): Promise<HostedZoneUpdate> => {
  await acknowledgeChanges(source, node, applied);
  if (cursor === undefined || !/^\d{1,15}$/.test(cursor)) return readComplete(source, node);
  const until = source.clock.now() + longestWait;
  let position = Number(cursor);
  try {
    for (;;) {
      signal.throwIfAborted();
      const remaining = until - source.clock.now();
      const commit = nextCommit(source, Math.max(0, remaining), signal);
      try {
        const feed = await source.store.changes(position, pageSize);
        position = feed.at(-1)?.sequence ?? position;
        const touched = touchedBy(feed);
        const update = isUntouched(touched) ? undefined : await readTouched(source, node, position, touched);
        if (update !== undefined && !isEmpty(update)) return update;
        if (feed.length === pageSize) continue;
        if (remaining <= 0) return readTouched(source, node, position, touchedBy([]));
        await commit.woken;
      } finally {
        commit.stop();
      }
    }
  } catch (thrown) {
    if (thrown instanceof FeedTruncatedError) return readComplete(source, node);
    throw thrown;
  }
};
