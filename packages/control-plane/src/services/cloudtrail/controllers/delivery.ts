import { messageOf, ServiceError } from "@fleetless/kernel";
import { type AuditedEvent, followAuditTrail } from "../../../audit/read-audit-trail.ts";
import type { Controller } from "../../../gateway/service.ts";
import type { TrailDeliveryRecord, TrailRecord } from "../collections.ts";
import type { CloudTrailDependencies } from "../dependencies.ts";
import { selects } from "../event-selection.ts";
import { allTrails, findDelivery, findTrail, putDelivery } from "../repository.ts";

const recordsAtOnce = 500;
/** What one PutLogEvents takes, less what its own fields need. */
const bytesAtOnce = 900_000;
/** CloudWatch Logs takes no longer event; CloudTrail leaves such an event's parameters out. */
const longestEvent = 250_000;

/** `123456789012_CloudTrail_us-east-1` */
const streamOf = ({ accountId, region }: TrailRecord): string => `${accountId}_CloudTrail_${region}`;

const messageFor = ({ text, event }: AuditedEvent): string =>
  Buffer.byteLength(text) <= longestEvent
    ? text
    : JSON.stringify({ ...event, requestParameters: null, responseElements: null });

/** Delivers what has been recorded since the last delivery, a portion at a time; answers whether there may be more. */
const deliverNext = async (dependencies: CloudTrailDependencies, key: string, trail: TrailRecord): Promise<boolean> => {
  const { store, records, logGroups, clock } = dependencies;
  const before = await store.read((transaction) => findDelivery(transaction, trail));
  if (before === undefined || trail.cloudWatchLogs === undefined) return false;
  const following = await followAuditTrail(records, before.position, recordsAtOnce);
  const { portion, position } = portionOf(following, trail, before.position);
  if (position === before.position) return false;
  const note = (delivery: TrailDeliveryRecord): Promise<void> =>
    store.transaction(async (transaction) => {
      if ((await findTrail(transaction, key)) !== undefined) putDelivery(transaction, trail, delivery);
    });
  try {
    if (portion.length > 0) {
      await logGroups.deliver(
        { ...trail.cloudWatchLogs, stream: streamOf(trail), batch: position, events: portion },
        trail,
      );
    }
  } catch (thrown) {
    if (!(thrown instanceof ServiceError)) throw thrown;
    if (before.error !== thrown.code) await note({ ...before, error: thrown.code });
    return false;
  }
  const deliveredAt = portion.length > 0 ? clock.now() : before.deliveredAt;
  await note({ position, ...(deliveredAt === undefined ? {} : { deliveredAt }) });
  return following.length === recordsAtOnce || position !== following.at(-1)?.sequence;
};

/** The selected events that fit one delivery, and the place behind the last event that was looked at. */
const portionOf = (following: readonly AuditedEvent[], trail: TrailRecord, from: number) => {
  const portion: { readonly timestamp: number; readonly message: string }[] = [];
  let bytes = 0;
  let position = from;
  for (const audited of following) {
    if (audited.event.recipientAccountId === trail.accountId && selects(trail, audited.event)) {
      const message = messageFor(audited);
      bytes += Buffer.byteLength(message) + 26;
      if (bytes > bytesAtOnce && portion.length > 0) break;
      portion.push({ timestamp: Date.parse(audited.event.eventTime), message });
    }
    position = audited.sequence;
  }
  return { portion, position };
};

/** Looks every few seconds at every trail that logs; what cannot be delivered now is tried again then. */
export const createDeliveryController = (
  dependencies: CloudTrailDependencies,
  intervalMilliseconds = 2_000,
): Controller => {
  const { store, clock, logger } = dependencies;
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const deliverAll = async (): Promise<void> => {
    for (const { key, document: trail } of await store.read(allTrails)) {
      if (!trail.isLogging) continue;
      while (!stopping.signal.aborted && (await deliverNext(dependencies, key, trail)));
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await deliverAll();
      } catch (thrown) {
        logger.warn({ error: messageOf(thrown) }, "delivering trails to their log groups failed, will retry");
      }
      await clock.sleep(intervalMilliseconds, stopping.signal).catch(() => undefined);
    }
  };

  return {
    name: "cloudtrail-delivery",
    start: () => {
      running = run();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};
