import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { silentLogger, systemClock } from "@fleetless/kernel";
import { openMasterKey } from "./credentials/master-key.ts";
import { openEveryRootAccessKey } from "./credentials/root-access-key.ts";
import { createSecretSealer, SealBrokenError } from "./credentials/sealing.ts";
import { BackupError, restoreSqlite } from "./state/sqlite/backup.ts";
import { lockStore } from "./state/sqlite/lock.ts";
import { openSqliteStore } from "./state/sqlite/open.ts";
import { masterKeyPath, recordedLocation, storePath } from "./state/store-files.ts";

/**
 * Puts a backup into a data directory that has no state yet, with the master key that the backup holds or that
 * `keyFile` names. Throws BackupError, and leaves the directory without state then.
 */
export const restoreStore = async (
  dataDirectory: string,
  source: string,
  keyFile: string | undefined,
): Promise<void> => {
  const path = storePath(dataDirectory);
  const keyPath = masterKeyPath(dataDirectory);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const unlock = lockStore(path);
  let key: string | undefined;
  try {
    if ([path, keyPath].some((file) => existsSync(file)) || recordedLocation(dataDirectory) !== undefined) {
      throw new BackupError(`${dataDirectory} has state already: choose another --data-directory`);
    }
    key = await restoreSqlite(source, path);
  } finally {
    unlock();
  }
  try {
    putKey(keyPath, key, keyFile, source);
    await checkKey(path, keyPath);
  } catch (thrown) {
    for (const file of [path, keyPath]) rmSync(file, { force: true });
    throw thrown;
  }
};

const putKey = (path: string, held: string | undefined, keyFile: string | undefined, source: string): void => {
  if (keyFile !== undefined) {
    if (!existsSync(keyFile)) throw new BackupError(`There is no file ${keyFile}`);
    writeFileSync(path, "", { mode: 0o600 });
    copyFileSync(keyFile, path);
  } else if (held !== undefined) {
    writeFileSync(path, held, { mode: 0o600 });
  } else {
    throw new BackupError(
      `${source} does not hold the master key, without which no secret in it can be opened: give it with ` +
        "--key <file>, a copy of control-plane/master.key of the data directory that was backed up",
    );
  }
};

const checkKey = async (path: string, keyPath: string): Promise<void> => {
  const store = await openSqliteStore({ path, logger: silentLogger, clock: systemClock });
  try {
    await openEveryRootAccessKey(store, createSecretSealer(await openMasterKey(keyPath)));
  } catch (thrown) {
    throw thrown instanceof SealBrokenError ? new BackupError("The master key is not the one of this backup") : thrown;
  } finally {
    await store.close();
  }
};
