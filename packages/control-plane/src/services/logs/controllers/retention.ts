import { type Clock, type Logger, messageOf } from "@fleetless/kernel";
import type { Controller } from "../../../gateway/service.ts";
import { deletePendingEvents } from "../deletion.ts";
import type { LogsDependencies } from "../dependencies.ts";
import { allGroups } from "../repository.ts";

const day = 86_400_000;
const eventsAtOnce = 5_000;

/** Deletes the events that are older than their group's retention, and those whose group or stream is gone. */
export const applyRetention = async (dependencies: LogsDependencies, signal: AbortSignal): Promise<void> => {
  await deletePendingEvents(dependencies);
  for (const group of await dependencies.store.read(allGroups)) {
    if (group.retentionInDays === undefined) continue;
    const before = dependencies.clock.now() - group.retentionInDays * day;
    let deleted = eventsAtOnce;
    while (deleted === eventsAtOnce && !signal.aborted) {
      deleted = await dependencies.events.deleteOlderThan(group.eventsKey, before, eventsAtOnce);
    }
  }
};

const pause = async (clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> => {
  try {
    await clock.sleep(milliseconds, signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
};

/** Looks once at the start and then every `intervalMilliseconds`; a failure is logged and tried again then. */
export const createRetentionController = (
  dependencies: LogsDependencies,
  intervalMilliseconds = 3_600_000,
): Controller => {
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const logger: Logger = dependencies.logger;
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        await applyRetention(dependencies, stop.signal);
      } catch (thrown) {
        logger.warn({ error: messageOf(thrown) }, "applying the retention of log groups failed");
      }
      await pause(dependencies.clock, intervalMilliseconds, stop.signal);
    }
  };
  return {
    name: "logs-retention",
    start: () => {
      running = run();
    },
    stop: async () => {
      stop.abort();
      await running;
    },
  };
};
