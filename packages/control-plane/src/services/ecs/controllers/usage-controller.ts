import { done } from "@fleetless/kernel";
import { createFeedController } from "../../../compute/service.ts";
import type { Controller } from "../../../gateway/service.ts";
import { taskUsageOf, usageRecordOf } from "../../../metering/task-usage.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { findTaskById, listTaskIds } from "../repository.ts";
import { usageOfTask } from "../usage-of-task.ts";

/**
 * Writes a task's usage as it is observed now, and nothing where that is on record. It may be repeated: the record is
 * the task's, and what is observed of a task that stopped stays as it is.
 */
export const recordUsage = async (
  { store, compute, usageRecords }: Pick<EcsDependencies, "store" | "compute" | "usageRecords">,
  id: string,
): Promise<void> => {
  const observed = await store.read(async (transaction) => {
    const task = await findTaskById(transaction, id);
    if (task === undefined) return undefined;
    return { task, status: await compute.readStatus(transaction, task.id) };
  });
  const usage = observed && usageOfTask(observed.task, observed.status);
  if (usage === undefined) return;
  const known = await usageRecords.get(id);
  if (known?.isFinal === true) return;
  const tags = known === undefined ? usage.tags : taskUsageOf(known).tags;
  const record = usageRecordOf({ ...usage, tags }, observed?.status?.phase === "STOPPED");
  if (known?.body !== record.body || record.isFinal) await usageRecords.put(record);
};

/** Keeps the usage record of every task in step with what is observed of it. */
export const createUsageController = (dependencies: EcsDependencies): Controller => {
  const { store, compute, clock, logger } = dependencies;
  return createFeedController({
    name: "ecs.usage",
    store,
    clock,
    logger,
    keysOf: (change) => {
      const observed = compute.workloadObservedBy(change);
      return observed === undefined ? [] : [observed];
    },
    allKeys: () => store.read(listTaskIds),
    reconcile: async (id) => {
      await recordUsage(dependencies, id);
      return done;
    },
  });
};
