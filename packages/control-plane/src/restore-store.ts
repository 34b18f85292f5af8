import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { silentLogger, systemClock } from "@fleetless/kernel";
import { opensMasterKey } from "./credentials/master-key.ts";
import type { RootKeySource } from "./credentials/root-key.ts";
import { BackupError, restoreSqlite } from "./state/sqlite/backup.ts";
import { lockStore } from "./state/sqlite/lock.ts";
import { openSqliteStore } from "./state/sqlite/open.ts";
import { recordedLocation, storePath } from "./state/store-files.ts";

/**
 * Puts a backup into a data directory that has no state yet. `rootKeyWith` gets the root key that the backup holds, if
 * it holds one, and says where the instance's root key is. Answers whether the root key is there. Throws BackupError,
 * and RootKeyError where it is another than the backup's, and leaves the directory without state then.
 */
export const restoreStore = async (
  dataDirectory: string,
  source: string,
  rootKeyWith: (held: string | undefined) => RootKeySource,
): Promise<boolean> => {
  const path = storePath(dataDirectory);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const unlock = lockStore(path);
  let held: string | undefined;
  try {
    if (existsSync(path) || recordedLocation(dataDirectory) !== undefined) {
      throw new BackupError(`${dataDirectory} has state already: choose another --data-directory`);
    }
    held = await restoreSqlite(source, path);
  } finally {
    unlock();
  }
  try {
    return await opensWith(path, rootKeyWith(held));
  } catch (thrown) {
    rmSync(path, { force: true });
    throw thrown;
  }
};

const opensWith = async (path: string, rootKey: RootKeySource): Promise<boolean> => {
  const store = await openSqliteStore({ path, logger: silentLogger, clock: systemClock });
  try {
    return await opensMasterKey(store, rootKey);
  } finally {
    await store.close();
  }
};
