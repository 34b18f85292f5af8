import { existsSync } from "node:fs";
import { join } from "node:path";
import { lockStore } from "./state/sqlite/lock.ts";
import { storePath } from "./state/store-files.ts";

/**
 * Does something that no control plane may run beside, such as taking the data directory away.
 * Throws StoreInUseError where one runs.
 */
export const withStoreLocked = async <Result>(dataDirectory: string, work: () => Promise<Result>): Promise<Result> => {
  if (!existsSync(join(dataDirectory, "control-plane"))) return work();
  const unlock = lockStore(storePath(dataDirectory));
  try {
    return await work();
  } finally {
    unlock();
  }
};
