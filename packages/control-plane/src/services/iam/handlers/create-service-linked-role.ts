import type { CreateServiceLinkedRoleCommandInput, CreateServiceLinkedRoleCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type RoleRecord, roles } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { invalidInput, linkedRoleTaken } from "../errors.ts";
import { newUniqueId } from "../ids.ts";
import { entityKey } from "../repository.ts";
import { linkedRoleOf } from "../service-linked-roles.ts";
import { checkDescription, present } from "../validation.ts";
import { roleView } from "../views.ts";

export const createServiceLinkedRole = defineOperation<
  IamDependencies,
  CreateServiceLinkedRoleCommandInput,
  Answer<CreateServiceLinkedRoleCommandOutput>
>({
  authorise: permission(
    "iam:CreateServiceLinkedRole",
    (input, call) => {
      const service = input.AWSServiceName ?? "";
      return [`arn:aws:iam::${call.accountId}:role/aws-service-role/${service}/*`];
    },
    (input) => ({ "iam:AWSServiceName": [input.AWSServiceName ?? ""] }),
  ),
  handle: async (input, call, { store, clock }) => {
    const service = present(input.AWSServiceName, "AWSServiceName");
    const { roleName, policyArn } = linkedRoleOf(service);
    if (input.CustomSuffix !== undefined) throw invalidInput(`Custom suffix is not allowed for ${service}`);
    const description = checkDescription(input.Description);
    return store.transaction(async (transaction) => {
      const key = entityKey(call.accountId, roleName);
      if ((await transaction.get(roles, key)) !== undefined) throw linkedRoleTaken(roleName);
      const path = `/aws-service-role/${service}/`;
      const role: RoleRecord = {
        accountId: call.accountId,
        roleName,
        roleId: newUniqueId("AROA"),
        path,
        arn: `arn:aws:iam::${call.accountId}:role${path}${roleName}`,
        createdAt: clock.now(),
        tags: [],
        attachedPolicyArns: [policyArn],
        inlinePolicies: {},
        trustPolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
        }),
        maxSessionDurationSeconds: 3_600,
        linkedService: service,
        ...(description === undefined ? {} : { description }),
      };
      transaction.insert(roles, key, role);
      return { Role: roleView(role) };
    });
  },
});
