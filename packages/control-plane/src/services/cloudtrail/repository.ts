import type { ReadTransaction, Stored, Transaction } from "../../state/store.ts";
import {
  type Scope,
  type TrailDeliveryRecord,
  type TrailRecord,
  trailDeliveries,
  trailKey,
  trails,
} from "./collections.ts";
import { invalidHomeRegion, tooManyTrails, trailExists, trailNotFound } from "./errors.ts";
import { trailReference } from "./names.ts";

const maximumTrails = 5;

export const findTrail = (transaction: ReadTransaction, key: string): Promise<TrailRecord | undefined> =>
  transaction.get(trails, key);

/** Throws TrailNotFoundException. */
export const requireTrail = async (
  transaction: ReadTransaction,
  nameOrArn: string | undefined,
  scope: Scope,
): Promise<TrailRecord> => {
  const { key } = trailReference(nameOrArn, scope);
  const trail = key.startsWith(`${scope.accountId}/`) ? await findTrail(transaction, key) : undefined;
  if (trail === undefined) throw trailNotFound(nameOrArn ?? "", scope.accountId);
  return trail;
};

/** A trail is changed in its home region only. Throws InvalidHomeRegionException. */
export const requireTrailAtHome = async (
  transaction: ReadTransaction,
  nameOrArn: string | undefined,
  scope: Scope,
): Promise<TrailRecord> => {
  const trail = await requireTrail(transaction, nameOrArn, scope);
  if (trail.region !== scope.region) throw invalidHomeRegion(trail.arn);
  return trail;
};

export const insertTrail = async (transaction: Transaction, trail: TrailRecord): Promise<void> => {
  const key = trailKey(trail, trail.name);
  if ((await transaction.get(trails, key)) !== undefined) throw trailExists(trail.name, trail.accountId);
  const here = await transaction.list(trails, { prefix: `${trail.accountId}/${trail.region}/` });
  if (here.length >= maximumTrails) throw tooManyTrails(trail.accountId, trail.region);
  transaction.insert(trails, key, trail);
};

export const putTrail = (transaction: Transaction, trail: TrailRecord): void =>
  transaction.put(trails, trailKey(trail, trail.name), trail);

export const deleteTrail = (transaction: Transaction, trail: TrailRecord): void => {
  transaction.delete(trails, trailKey(trail, trail.name));
  transaction.delete(trailDeliveries, trailKey(trail, trail.name));
};

/** Of the account: those of the region and, with `shadows`, those of other regions that cover it. */
export const trailsSeenFrom = async (
  transaction: ReadTransaction,
  scope: Scope,
  shadows: boolean,
): Promise<readonly TrailRecord[]> =>
  (await transaction.list(trails, { prefix: `${scope.accountId}/` }))
    .map(({ document }) => document)
    .filter(({ region, isMultiRegionTrail }) => region === scope.region || (shadows && isMultiRegionTrail));

export const trailsOfAccount = async (transaction: ReadTransaction, scope: Scope): Promise<readonly TrailRecord[]> =>
  (await transaction.list(trails, { prefix: `${scope.accountId}/` })).map(({ document }) => document);

export const allTrails = (transaction: ReadTransaction): Promise<readonly Stored<TrailRecord>[]> =>
  transaction.list(trails);

export const findDelivery = (
  transaction: ReadTransaction,
  trail: TrailRecord,
): Promise<TrailDeliveryRecord | undefined> => transaction.get(trailDeliveries, trailKey(trail, trail.name));

export const putDelivery = (transaction: Transaction, trail: TrailRecord, delivery: TrailDeliveryRecord): void =>
  transaction.put(trailDeliveries, trailKey(trail, trail.name), delivery);
