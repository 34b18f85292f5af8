import { messageOf } from "@fleetless/kernel";
import type { Controller } from "../../../gateway/service.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { allLinks, findLink, isBlobNamed, isContentNeeded, removeLink } from "../repository.ts";

interface CollectionRules {
  /** Milliseconds for which a layer that no manifest names is kept: a push brings its manifest last. */
  readonly unnamedFor: number;
  /** Milliseconds after which an upload that nobody adds to is given up. */
  readonly abandonedAfter: number;
}

interface Collected {
  readonly links: number;
  readonly blobs: number;
  readonly uploads: number;
}

const defaults: CollectionRules = { unnamedFor: 60 * 60 * 1000, abandonedAfter: 24 * 60 * 60 * 1000 };
const page = 500;

/** Removes what nothing needs any more: uploads, the places of layers in repositories, then blobs on disk. */
export const collectGarbage = async (
  dependencies: Pick<EcrDependencies, "store" | "clock" | "blobs" | "uploads">,
  rules: CollectionRules = defaults,
  signal?: AbortSignal,
): Promise<Collected> => {
  const { store, blobs, uploads } = dependencies;
  const abandoned = await uploads.discardAbandoned(rules.abandonedAfter);
  const links = await collectLinks(dependencies, rules.unnamedFor, signal);
  let removed = 0;
  for await (const digest of blobs.digests()) {
    if (signal?.aborted) break;
    const isNeeded = (): Promise<boolean> => store.read((transaction) => isContentNeeded(transaction, digest));
    if (await blobs.remove(digest, isNeeded)) removed += 1;
  }
  return { links, blobs: removed, uploads: abandoned };
};

const collectLinks = async (
  { store, clock }: Pick<EcrDependencies, "store" | "clock">,
  unnamedFor: number,
  signal: AbortSignal | undefined,
): Promise<number> => {
  let removed = 0;
  let after: string | undefined;
  for (;;) {
    const links = await store.read((transaction) => allLinks(transaction, after, page));
    for (const { document } of links) {
      if (signal?.aborted) return removed;
      if (document.usedAt > clock.now() - unnamedFor) continue;
      const isRemoved = await store.transaction(async (transaction) => {
        const link = await findLink(transaction, document.repository, document.digest);
        if (link === undefined || link.usedAt > clock.now() - unnamedFor) return false;
        if (await isBlobNamed(transaction, link.repository, link.digest)) return false;
        removeLink(transaction, link);
        return true;
      });
      if (isRemoved) removed += 1;
    }
    if (links.length < page) return removed;
    after = links.at(-1)?.key;
  }
};

/** Collects at the start and then every `intervalMilliseconds`; a failure is logged and tried again then. */
export const createGarbageCollection = (
  dependencies: EcrDependencies,
  intervalMilliseconds = 15 * 60 * 1000,
): Controller => {
  const { clock, logger } = dependencies;
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        const collected = await collectGarbage(dependencies, defaults, stop.signal);
        if (collected.blobs + collected.uploads > 0)
          logger.info({ ...collected }, "removed unused blobs of the registry");
      } catch (thrown) {
        logger.warn({ error: messageOf(thrown) }, "collecting unused blobs of the registry failed");
      }
      await clock.sleep(intervalMilliseconds, stop.signal).catch(() => undefined);
    }
  };
  return {
    name: "ecr-garbage-collection",
    start: () => {
      running = run();
    },
    stop: async () => {
      stop.abort();
      await running;
    },
  };
};
