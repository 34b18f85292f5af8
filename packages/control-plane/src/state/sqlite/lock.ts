import { DatabaseSync } from "node:sqlite";

export class StoreInUseError extends Error {
  override readonly name = "StoreInUseError";
}

/**
 * Makes sure that one process alone opens the store. The lock is SQLite's own on a file beside the store, so
 * the kernel takes it back when the process dies, however it dies. Throws StoreInUseError.
 */
export const lockStore = (path: string): (() => void) => {
  const database = new DatabaseSync(`${path}.lock`, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (thrown) {
    database.close();
    if (isBusy(thrown)) {
      throw new StoreInUseError(
        `The store ${path} is in use by another Fleetless. Stop that one first, or choose another data directory.`,
      );
    }
    throw thrown;
  }
  return () => database.close();
};

const SQLITE_BUSY = 5;

const isBusy = (thrown: unknown): boolean =>
  thrown instanceof Error && "errcode" in thrown && thrown.errcode === SQLITE_BUSY;
