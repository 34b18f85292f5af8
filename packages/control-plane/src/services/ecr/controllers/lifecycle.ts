import { parseLifecyclePolicy, planExpiry } from "@fleetless/engine";
import { again, done, type ReconcileResult } from "@fleetless/kernel";
import { createFeedController } from "../../../compute/feed-controller.ts";
import type { Controller } from "../../../gateway/service.ts";
import { images, imageTags, repositories } from "../collections.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { listImages } from "../images/list-images.ts";
import { lifecycleImage } from "../lifecycle/preview.ts";
import {
  allRepositories,
  findRepositoryByKey,
  findTag,
  keyOf,
  putRepository,
  removeImage,
  removeTag,
} from "../repository.ts";

/** Policies by age are looked at again after this many milliseconds. */
const lookAgain = 60 * 60 * 1000;

/**
 * An image without a tag may be one of an index that is still to be pushed, so it is left alone for this many
 * milliseconds after its own push.
 */
const untaggedRest = 15 * 60 * 1000;

/** Expires what a repository's policy says, and tells when to look again. */
export const applyLifecyclePolicy = async (
  { store, clock }: Pick<EcrDependencies, "store" | "clock">,
  key: string,
): Promise<ReconcileResult> =>
  store.transaction(async (transaction) => {
    const repository = await findRepositoryByKey(transaction, key);
    if (repository?.lifecyclePolicy === undefined) return done;
    const now = clock.now();
    const all = await listImages(transaction, key);
    const plan = planExpiry(parseLifecyclePolicy(repository.lifecyclePolicy), all.map(lifecycleImage), now);
    const expired = new Set(plan.map(({ digest }) => digest));
    let wait = lookAgain;
    let hasExpired = false;
    for (const { image, tags } of all) {
      if (!expired.has(image.digest)) continue;
      const rest = image.pushedAt + untaggedRest - now;
      if (tags.length === 0 && rest > 0) {
        wait = Math.min(wait, rest);
        continue;
      }
      for (const name of tags) {
        const tag = await findTag(transaction, key, name);
        if (tag !== undefined) removeTag(transaction, tag);
      }
      removeImage(transaction, image);
      hasExpired = true;
    }
    const isDue = now - (repository.lifecycleEvaluatedAt ?? 0) >= lookAgain;
    if (hasExpired || isDue) putRepository(transaction, { ...repository, lifecycleEvaluatedAt: now });
    return again(wait);
  });

export const createLifecycleController = (dependencies: EcrDependencies): Controller => {
  const { store, clock, logger } = dependencies;
  return createFeedController({
    name: "ecr-lifecycle",
    store,
    clock,
    logger,
    keysOf: ({ collection, key, kind }) => {
      if (collection === repositories.name) return kind === "put" ? [key] : [];
      const isMember = collection === imageTags.name || (collection === images.name && kind === "put");
      return isMember ? [key.slice(0, key.indexOf(":"))] : [];
    },
    allKeys: async () =>
      (await store.read(allRepositories))
        .filter(({ lifecyclePolicy }) => lifecyclePolicy !== undefined)
        .map((repository) => keyOf(repository)),
    reconcile: (key) => applyLifecyclePolicy(dependencies, key),
  });
};
