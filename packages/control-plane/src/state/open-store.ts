import { existsSync } from "node:fs";
import type { Clock, Logger } from "@fleetless/kernel";
import type { OpenedStore } from "./append/append-tables.ts";
import { type PostgresLocation, parsePostgresLocation, StoreLocationError } from "./postgres/location.ts";
import { BackupError, backUpSqlite, type RootKeyFile } from "./sqlite/backup.ts";
import { lockStore } from "./sqlite/lock.ts";
import { openSqliteStore } from "./sqlite/open.ts";
import { recordedLocation, recordLocation, storePath } from "./store-files.ts";

export interface StoreOptions {
  readonly dataDirectory: string;
  /** As it was given: the URL of a PostgreSQL store, perhaps with its password. */
  readonly url: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A store, and where it is in words for people. */
export interface PlacedStore extends OpenedStore {
  readonly place: string;
  /**
   * Copies all of it, as it is now, into a file that is not there yet, with the root key where that is given.
   * Throws BackupError.
   */
  backUp(target: string, rootKey: RootKeyFile | undefined): Promise<void>;
}

/**
 * Opens the store of a data directory: the one whose URL is given, which the directory then remembers without its
 * password, or the one that it remembers, or the embedded one. Throws StoreLocationError where the directory's state
 * is elsewhere than the URL says, and what the drivers throw.
 */
export const openStore = async (options: StoreOptions): Promise<PlacedStore> => {
  const { dataDirectory, clock, logger } = options;
  const path = storePath(dataDirectory);
  const location = locationOf(dataDirectory, options.url);
  if (location === undefined) {
    const store = await openSqliteStore({ path, clock, logger });
    return withPlace(store, path, (target, key) => backUpSqlite(path, target, key));
  }
  // One process alone may use the data directory, wherever the state is.
  const unlock = lockStore(path);
  try {
    const { openPostgresStore } = await import("./postgres/open.ts");
    const store = await openPostgresStore({ location, clock, logger });
    recordLocation(dataDirectory, { url: location.redacted, hasPassword: location.hasPassword });
    return withPlace(store, location.redacted, () => refuseBackUp(location), unlock);
  } catch (thrown) {
    unlock();
    throw thrown;
  }
};

/** Where the state of a data directory is: undefined for the embedded store. */
const locationOf = (dataDirectory: string, url: string | undefined): PostgresLocation | undefined => {
  const recorded = recordedLocation(dataDirectory);
  if (url === undefined) {
    if (recorded === undefined) return undefined;
    if (recorded.hasPassword) {
      throw new StoreLocationError(
        `The state of ${dataDirectory} is in ${recorded.url}: give its URL with the password in FLEETLESS_STORE or with --store-file`,
      );
    }
    return parsePostgresLocation(recorded.url);
  }
  const location = parsePostgresLocation(url);
  if (recorded !== undefined && recorded.url !== location.redacted) {
    throw new StoreLocationError(`The state of ${dataDirectory} is in ${recorded.url}, not in ${location.redacted}`);
  }
  if (recorded === undefined && existsSync(storePath(dataDirectory))) {
    throw new StoreLocationError(
      `The state of ${dataDirectory} is in its embedded store, not in ${location.redacted}: choose another data directory`,
    );
  }
  return location;
};

const refuseBackUp = async ({ redacted, schema }: PostgresLocation): Promise<never> => {
  throw new BackupError(
    `The state is in ${redacted}: back it up with PostgreSQL's own means, such as pg_dump --schema=${schema}`,
  );
};

const withPlace = (
  store: OpenedStore,
  place: string,
  backUp: PlacedStore["backUp"],
  afterwards: () => void = () => undefined,
): PlacedStore => ({
  place,
  backUp,
  logEvents: store.logEvents,
  auditRecords: store.auditRecords,
  usageRecords: store.usageRecords,
  read: (work) => store.read(work),
  transaction: (work) => store.transaction(work),
  changes: (after, limit) => store.changes(after, limit),
  latestSequence: () => store.latestSequence(),
  onCommit: (listener) => store.onCommit(listener),
  lead: (shard, lead) => store.lead(shard, lead),
  close: async () => {
    await store.close();
    afterwards();
  },
});

/**
 * Removes the schema of a data directory whose state is in PostgreSQL, and does nothing for an embedded store.
 * Throws StoreLocationError where the password is missing, and StoreUnavailableError.
 */
export const dropStore = async (dataDirectory: string, url: string | undefined): Promise<void> => {
  if (recordedLocation(dataDirectory) === undefined) return;
  const location = locationOf(dataDirectory, url);
  if (location === undefined) return;
  const { dropSchema } = await import("./postgres/schema.ts");
  await dropSchema(location);
};

/** Says in words what answers at a store's URL. Throws what the driver throws. */
export const pingStore = async (url: string): Promise<string> => {
  const location = parsePostgresLocation(url);
  const { describeServer } = await import("./postgres/schema.ts");
  return describeServer(location);
};
