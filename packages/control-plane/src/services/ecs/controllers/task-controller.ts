import { again, done } from "@fleetless/kernel";
import { createFeedController } from "../../../compute/service.ts";
import type { Controller } from "../../../gateway/service.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { deleteTask, findTask, findTaskById, listTaskIds, saveTask } from "../repository.ts";
import { nextTaskStep } from "./task-step.ts";
import { recordUsage } from "./usage-controller.ts";

/**
 * Follows what is observed of tasks: a task that ends by itself is wanted stopped from then on, one that has
 * stopped gives its interface and capacity back at once, and is forgotten when it was kept long enough.
 */
export const createTaskController = (dependencies: EcsDependencies): Controller => {
  const { store, compute, networkInterfaces, clock, logger } = dependencies;

  /** Only once its usage is on record for good. */
  const forget = (id: string): Promise<void> =>
    store.transaction(async (transaction) => {
      const task = await findTaskById(transaction, id);
      if (task?.releasedAt === undefined) return;
      await compute.deleteWorkload(transaction, task.id);
      deleteTask(transaction, task);
    });

  return createFeedController({
    name: "ecs.tasks",
    store,
    clock,
    logger,
    keysOf: (change) => {
      const observed = compute.workloadObservedBy(change);
      return observed === undefined ? [] : [observed];
    },
    allKeys: () => store.read(listTaskIds),
    reconcile: async (id) => {
      const wait = await store.transaction(async (transaction) => {
        const found = await findTaskById(transaction, id);
        if (found === undefined) return undefined;
        const task = await findTask(transaction, found.clusterKey, found.id);
        if (task === undefined) return undefined;
        const status = await compute.readStatus(transaction, task.id);
        const step = nextTaskStep(task, status, clock.now());
        switch (step.kind) {
          case "none":
            return undefined;
          case "wait":
            return step.milliseconds;
          case "ending":
            saveTask(transaction, { ...task, desiredStatus: "STOPPED", version: task.version + 1 });
            await compute.stopWorkload(transaction, task.id, step.stop);
            return undefined;
          case "release":
            await networkInterfaces.releaseNetworkInterface(transaction, task.networkInterface.id);
            await compute.stopWorkload(transaction, task.id, step.stop);
            await compute.releaseWorkload(transaction, task.id);
            saveTask(transaction, {
              ...task,
              desiredStatus: "STOPPED",
              releasedAt: clock.now(),
              version: task.version + 1,
            });
            return step.keptMilliseconds;
          case "forget":
            return "forget";
        }
      });
      if (wait === "forget") {
        await recordUsage(dependencies, id);
        await forget(id);
        return done;
      }
      return wait === undefined ? done : again(wait);
    },
  });
};
