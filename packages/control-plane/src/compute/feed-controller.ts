import { setImmediate as nextTurn } from "node:timers/promises";
import { type Clock, type Logger, messageOf, type ReconcileResult, WorkQueue } from "@fleetless/kernel";
import type { Controller } from "../gateway/service.ts";
import { type Change, FeedTruncatedError, type Store } from "../state/store.ts";

export interface FeedControllerOptions {
  readonly name: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly concurrency?: number;
  /** The keys to look at after a change, none for most. */
  readonly keysOf: (change: Change) => readonly string[];
  /** Every key there is, for the start and for when changes were missed. */
  readonly allKeys: () => Promise<readonly string[]>;
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<ReconcileResult>;
}

const pageSize = 500;
const keysOfTurn = 64;
const retryMilliseconds = 1_000;

/** A level-triggered loop over keys: all of them at the start, then those that the store's feed names. */
export const createFeedController = (options: FeedControllerOptions): Controller => {
  const { store, logger, clock, name } = options;
  const stopping = new AbortController();
  const queue = new WorkQueue({
    name,
    clock,
    logger,
    reconcile: options.reconcile,
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
  });
  let position: number | undefined;
  let following: Promise<void> | undefined;
  let dirty = false;

  const readAll = async (): Promise<number> => {
    const latest = await store.latestSequence();
    for (const [index, key] of (await options.allKeys()).entries()) {
      if (stopping.signal.aborted) break;
      queue.add(key);
      // Work on keys may wait for nothing but microtasks, and then no call would be answered before the last.
      if (index % keysOfTurn === keysOfTurn - 1) await nextTurn();
    }
    return latest;
  };

  const follow = async (): Promise<void> => {
    while (dirty && !stopping.signal.aborted) {
      dirty = false;
      try {
        position ??= await readAll();
        for (;;) {
          const changes = await store.changes(position, pageSize);
          for (const change of changes) {
            for (const key of options.keysOf(change)) queue.add(key);
            position = change.sequence;
          }
          if (changes.length < pageSize || stopping.signal.aborted) break;
        }
      } catch (thrown) {
        if (stopping.signal.aborted) return;
        dirty = true;
        if (thrown instanceof FeedTruncatedError) {
          position = undefined;
        } else {
          logger.warn({ controller: name, error: messageOf(thrown) }, "cannot follow the change feed, will retry");
          await clock.sleep(retryMilliseconds, stopping.signal).catch(() => undefined);
        }
      }
    }
  };

  const wake = (): void => {
    dirty = true;
    following ??= follow().finally(() => {
      following = undefined;
      if (dirty && !stopping.signal.aborted) wake();
    });
  };

  let unsubscribe: (() => void) | undefined;
  return {
    name,
    start: () => {
      unsubscribe ??= store.onCommit(wake);
      wake();
    },
    stop: async () => {
      unsubscribe?.();
      stopping.abort(new Error(`${name} is stopping`));
      await following;
      await queue.close();
    },
  };
};
