import type {
  DeleteTaskDefinitionsRequest,
  DeleteTaskDefinitionsResponse,
  Failure,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { type Scope, taskDefinitionArn, taskDefinitionReference } from "../identifiers.ts";
import { findTaskDefinition, saveTaskDefinition } from "../repository.ts";
import { taskDefinitionView } from "../task-definition/view.ts";

const maximumDefinitions = 10;

const definitionArn = (scope: Scope, text: string): string => {
  const reference = taskDefinitionReference(scope, text);
  return reference === undefined ? "*" : taskDefinitionArn(scope, reference.family, reference.revision ?? "*");
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskDefinitions.html */
export const deleteTaskDefinitions = defineOperation<
  EcsDependencies,
  DeleteTaskDefinitionsRequest,
  DeleteTaskDefinitionsResponse
>({
  authorise: permission("ecs:DeleteTaskDefinitions", (input, call) => {
    const asked = input.taskDefinitions ?? [];
    return asked.length === 0 ? ["*"] : asked.map((text) => definitionArn(call, text));
  }),
  handle: async (input, call, { store }) => {
    const asked = input.taskDefinitions ?? [];
    if (asked.length === 0 || asked.length > maximumDefinitions) {
      throw invalidParameter(`Between 1 and ${maximumDefinitions} task definitions can be deleted at once.`);
    }
    return store.transaction(async (transaction) => {
      const taskDefinitions: TaskDefinition[] = [];
      const failures: Failure[] = [];
      for (const text of asked) {
        const reference = taskDefinitionReference(call, text);
        const record =
          reference?.revision === undefined ? undefined : await findTaskDefinition(transaction, call, reference);
        if (record === undefined) {
          const reason =
            "The specified task definition does not exist. Specify a valid account, family, revision and try again.";
          failures.push({ arn: text, reason });
        } else if (record.status === "ACTIVE") {
          const reason =
            "The specified task definition is still in ACTIVE status. Please deregister the target and try again.";
          failures.push({ arn: record.arn, reason });
        } else {
          const deleting = {
            ...record,
            status: "DELETE_IN_PROGRESS" as const,
            deleteRequestedAt: record.deleteRequestedAt ?? call.clock.now(),
          };
          saveTaskDefinition(transaction, call, deleting);
          taskDefinitions.push(taskDefinitionView(deleting));
        }
      }
      return { taskDefinitions, failures };
    });
  },
});
