import type { LogsDependencies } from "./dependencies.ts";
import { allPendingDeletions, removePendingDeletion } from "./repository.ts";

/**
 * Deletes the events of groups and streams that are gone. May be repeated: what a crash left is done at the
 * next time.
 */
export const deletePendingEvents = async ({ store, events }: LogsDependencies): Promise<void> => {
  for (const { key, document } of await store.read(allPendingDeletions)) {
    if (document.stream === undefined) await events.deleteGroup(document.group);
    else await events.deleteStream(document.group, document.stream);
    await store.transaction(async (transaction) => removePendingDeletion(transaction, key));
  }
};
