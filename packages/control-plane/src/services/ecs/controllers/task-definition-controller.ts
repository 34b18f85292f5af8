import { again, done } from "@fleetless/kernel";
import { createFeedController } from "../../../compute/service.ts";
import type { Controller } from "../../../gateway/service.ts";
import { taskDefinitions } from "../collections.ts";
import type { EcsDependencies } from "../dependencies.ts";
import {
  countTasksOfDefinition,
  deletedTaskDefinitionKeys,
  findTaskDefinitionByKey,
  forgetTaskDefinition,
} from "../repository.ts";

/** How long to wait before asking again whether tasks still use a definition, in milliseconds. */
const lookAgain = 30_000;

/** Removes task definitions whose deletion was asked for, once no task runs from them any more. */
export const createTaskDefinitionController = (dependencies: EcsDependencies): Controller => {
  const { store, clock, logger } = dependencies;
  return createFeedController({
    name: "ecs.task-definitions",
    store,
    clock,
    logger,
    keysOf: (change) => (change.collection === taskDefinitions.name && change.kind === "put" ? [change.key] : []),
    allKeys: () => store.read(deletedTaskDefinitionKeys),
    reconcile: (key) =>
      store.transaction(async (transaction) => {
        const record = await findTaskDefinitionByKey(transaction, key);
        if (record?.status !== "DELETE_IN_PROGRESS") return done;
        if ((await countTasksOfDefinition(transaction, record.arn)) > 0) return again(lookAgain);
        forgetTaskDefinition(transaction, key);
        return done;
      }),
  });
};
