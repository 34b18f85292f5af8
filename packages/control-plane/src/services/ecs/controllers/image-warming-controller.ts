import { again, done } from "@fleetless/kernel";
import { createFeedController } from "../../../compute/service.ts";
import type { Controller } from "../../../gateway/service.ts";
import type { ReadTransaction, Transaction } from "../../../state/store.ts";
import { type ClusterRecord, clusters, families, familyUses, type TaskDefinitionRecord } from "../collections.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { clusterKey, type Scope, taskDefinitionReference } from "../identifiers.ts";
import { type FamilyToWarm, planFamilies, planImages } from "../image-warming/plan.ts";
import { warmingSettings } from "../image-warming/settings.ts";
import { clustersIn, familyUsesOf, findTaskDefinition, forgetFamilyUse } from "../repository.ts";

/** For how long changes are gathered before they are looked at, in milliseconds: nobody waits for warmth. */
const gatherMilliseconds = 500;

const watched: ReadonlySet<string> = new Set([clusters.name, families.name, familyUses.name]);

/** Of an account and region together: a new revision concerns whichever clusters use its family. */
const scopeOfKey = (key: string): string => key.split("/", 2).join("/");

const definitionsOf = async (
  transaction: ReadTransaction,
  scope: Scope,
  wanted: readonly FamilyToWarm[],
): Promise<readonly TaskDefinitionRecord[]> => {
  const found: TaskDefinitionRecord[] = [];
  for (const { family, lastUsed } of wanted) {
    const newest = await findTaskDefinition(transaction, scope, { family });
    if (newest !== undefined) found.push(newest);
    const reference = lastUsed === undefined ? undefined : taskDefinitionReference(scope, lastUsed);
    const used = reference && (await findTaskDefinition(transaction, scope, reference));
    if (used !== undefined && used.arn !== newest?.arn) found.push(used);
  }
  return found;
};

/**
 * Keeps on record which images the nodes are to have ready: those of the task definitions that clusters use, where a
 * cluster's tags ask for it. What to make ready is decided here; when and how is the nodes' affair.
 */
export const createImageWarmingController = (dependencies: EcsDependencies): Controller => {
  const { store, compute, clock, logger } = dependencies;

  const warmCluster = async (
    transaction: Transaction,
    scope: Scope,
    cluster: ClusterRecord,
  ): Promise<number | undefined> => {
    const key = clusterKey(scope, cluster.name);
    if (cluster.status === "INACTIVE") {
      for (const { family } of await familyUsesOf(transaction, key)) forgetFamilyUse(transaction, key, family);
    }
    const settings = warmingSettings(cluster.status === "ACTIVE" ? cluster.tags : {});
    if (!settings.used && settings.families.length === 0) {
      await compute.wantImages(transaction, cluster.arn, undefined);
      return undefined;
    }
    const plan = planFamilies(settings, await familyUsesOf(transaction, key), clock.now());
    for (const { family } of plan.forgotten) forgetFamilyUse(transaction, key, family);
    const images = planImages(await definitionsOf(transaction, scope, plan.families));
    await compute.wantImages(transaction, cluster.arn, { ...scope, images });
    return plan.lookAgain;
  };

  return createFeedController({
    name: "ecs.image-warming",
    store,
    clock,
    logger,
    keysOf: (change) => (watched.has(change.collection) ? [scopeOfKey(change.key)] : []),
    allKeys: () =>
      store.read(async (transaction) => [
        ...new Set((await transaction.list(clusters)).map(({ key }) => scopeOfKey(key))),
      ]),
    reconcile: async (key, signal) => {
      await clock.sleep(gatherMilliseconds, signal);
      const [accountId = "", region = ""] = key.split("/");
      const scope = { accountId, region };
      const found = await store.read((transaction) => clustersIn(transaction, scope));
      const waits: number[] = [];
      for (const cluster of found) {
        const wait = await store.transaction((transaction) => warmCluster(transaction, scope, cluster));
        if (wait !== undefined) waits.push(wait);
      }
      return waits.length === 0 ? done : again(Math.min(...waits));
    },
  });
};
