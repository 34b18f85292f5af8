import type { DeregisterTaskDefinitionRequest, DeregisterTaskDefinitionResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { clientException, taskDefinitionNotDescribed } from "../errors.ts";
import { taskDefinitionReference } from "../identifiers.ts";
import { findFamily, findTaskDefinition, listTaskDefinitions, saveFamily, saveTaskDefinition } from "../repository.ts";
import { taskDefinitionView } from "../task-definition/view.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html */
export const deregisterTaskDefinition = defineOperation<
  EcsDependencies,
  DeregisterTaskDefinitionRequest,
  DeregisterTaskDefinitionResponse
>({
  authorise: permission("ecs:DeregisterTaskDefinition", () => ["*"]),
  handle: async (input, call, { store }) => {
    const reference = taskDefinitionReference(call, input.taskDefinition ?? "");
    if (reference === undefined) throw taskDefinitionNotDescribed();
    if (reference.revision === undefined) throw clientException("A task definition must be named with its revision.");
    return store.transaction(async (transaction) => {
      const record = await findTaskDefinition(transaction, call, reference);
      if (record === undefined) throw taskDefinitionNotDescribed();
      if (record.status !== "ACTIVE") {
        throw clientException(
          "The specified task definition is inactive. Specify an active task definition and try again.",
        );
      }
      const deregistered = { ...record, status: "INACTIVE" as const, deregisteredAt: call.clock.now() };
      saveTaskDefinition(transaction, call, deregistered);
      const family = await findFamily(transaction, call, record.family);
      if (family !== undefined && family.newestActive === record.revision) {
        const active = await listTaskDefinitions(transaction, call, record.family, "ACTIVE");
        const newestActive = active.filter(({ revision }) => revision !== record.revision).at(-1)?.revision;
        saveFamily(transaction, call, {
          family: family.family,
          newest: family.newest,
          ...(newestActive === undefined ? {} : { newestActive }),
        });
      }
      return { taskDefinition: taskDefinitionView(deregistered) };
    });
  },
});
