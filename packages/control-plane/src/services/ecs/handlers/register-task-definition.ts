import type { RegisterTaskDefinitionRequest, RegisterTaskDefinitionResponse } from "@aws-sdk/client-ecs";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { taskDefinitionArn } from "../identifiers.ts";
import { passRoles, requestTagConditions, tagOnCreate } from "../permissions.ts";
import { findFamily, saveFamily, saveTaskDefinition } from "../repository.ts";
import { tagsFrom, tagViews } from "../tags.ts";
import { checkTaskDefinition } from "../task-definition/check.ts";
import { taskDefinitionView } from "../task-definition/view.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html */
export const registerTaskDefinition = defineOperation<
  EcsDependencies,
  RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionResponse
>({
  authorise: {
    kind: "permissions",
    permissions: (input, call) => {
      const arn = taskDefinitionArn(call, input.family ?? "", "*");
      return [
        { action: "ecs:RegisterTaskDefinition", resources: [arn], conditionKeys: requestTagConditions(input.tags) },
        ...tagOnCreate("RegisterTaskDefinition", arn, input.tags),
        ...passRoles(call, [input.taskRoleArn, input.executionRoleArn]),
      ];
    },
  },
  handle: async (input, call, { registrations }) => {
    const body = checkTaskDefinition(input, call.accountId);
    const tags = tagsFrom(input.tags);
    const record = await registrations.run(async (transaction) => {
      const family = input.family ?? "";
      const revision = ((await findFamily(transaction, call, family))?.newest ?? 0) + 1;
      const registered = {
        arn: taskDefinitionArn(call, family, revision),
        family,
        revision,
        status: "ACTIVE" as const,
        body,
        tags,
        registeredAt: call.clock.now(),
        registeredBy: call.principal.arn,
      };
      saveTaskDefinition(transaction, call, registered);
      saveFamily(transaction, call, { family, newest: revision, newestActive: revision });
      return registered;
    });
    return { taskDefinition: taskDefinitionView(record), tags: tagViews(record.tags) };
  },
});
