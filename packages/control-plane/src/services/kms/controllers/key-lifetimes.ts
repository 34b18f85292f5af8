import { again, done, type ReconcileResult } from "@fleetless/kernel";
import { createFeedController } from "../../../compute/service.ts";
import type { Controller } from "../../../gateway/service.ts";
import { type KeyRecord, keys } from "../collections.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { dueChange, nextChangeAt } from "../due-changes.ts";
import { putKey, removeKey } from "../repository.ts";
import { dayMilliseconds, newGeneration } from "../rotation.ts";

/** A timer cannot be set for longer than this many milliseconds at once. */
const longestSleep = dayMilliseconds;

/** Deletes keys whose time has come, forgets imported material that ran out, rotates what is due. */
export const createKeyLifetimes = (dependencies: KmsDependencies): Controller => {
  const { store } = dependencies;
  return createFeedController({
    ...dependencies,
    name: "kms.key-lifetimes",
    keysOf: (change) => (change.collection === keys.name && change.kind === "put" ? [change.key] : []),
    allKeys: () => store.read(async (transaction) => (await transaction.list(keys)).map(({ key }) => key)),
    reconcile: (key) => bringUpToDate(dependencies, key),
  });
};

const bringUpToDate = async (dependencies: KmsDependencies, at: string): Promise<ReconcileResult> => {
  const { store, clock, sealer } = dependencies;
  const now = clock.now();
  const found = await store.read((transaction) => transaction.get(keys, at));
  if (found === undefined) return done;
  const due = dueChange(found, now);
  const material = due === "rotate" ? await newGeneration(sealer, found, "AUTOMATIC", now) : undefined;
  const key = await store.transaction(async (transaction): Promise<KeyRecord | undefined> => {
    const current = await transaction.get(keys, at);
    if (current === undefined || dueChange(current, now) !== due || due === undefined) return current;
    if (due === "delete") {
      await removeKey(transaction, current);
      return undefined;
    }
    const changed = material === undefined ? withoutMaterial(current) : rotated(current, material, now);
    putKey(transaction, changed);
    return changed;
  });
  const next = key === undefined ? undefined : nextChangeAt(key);
  return next === undefined ? done : again(Math.min(Math.max(next - now, 0), longestSleep));
};

const withoutMaterial = (key: KeyRecord): KeyRecord => ({
  ...key,
  state: key.state === "PendingDeletion" ? key.state : "PendingImport",
  materials: key.materials.map((material) => ({ ...material, sealed: undefined })),
});

const rotated = (key: KeyRecord, material: KeyRecord["materials"][number], now: number): KeyRecord => ({
  ...key,
  materials: [...key.materials, material],
  ...(key.rotation === undefined
    ? {}
    : { rotation: { ...key.rotation, nextAt: now + key.rotation.periodInDays * dayMilliseconds } }),
});
