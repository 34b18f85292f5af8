import type { CreateRoleCommandInput, CreateRoleCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { type RoleRecord, roles } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { roleExists } from "../errors.ts";
import { newUniqueId } from "../ids.ts";
import { onNew } from "../permissions.ts";
import { checkTrustPolicy } from "../policy-documents.ts";
import { usePolicy } from "../policy-uses.ts";
import { entityKey } from "../repository.ts";
import {
  checkDescription,
  checkMaxSessionDuration,
  checkName,
  checkPath,
  checkPolicyArn,
  checkTags,
  roleNameLength,
} from "../validation.ts";
import { roleView } from "../views.ts";

export const createRole = defineOperation<IamDependencies, CreateRoleCommandInput, Answer<CreateRoleCommandOutput>>({
  authorise: onNew<CreateRoleCommandInput>(
    "iam:CreateRole",
    (input) => `role${input.Path ?? "/"}${input.RoleName ?? ""}`,
  ),
  handle: async (input, call, { store, clock }) => {
    const roleName = checkName(input.RoleName, "roleName", roleNameLength);
    const path = checkPath(input.Path);
    const tags = checkTags(input.Tags, "Role");
    const description = checkDescription(input.Description);
    const maxSessionDurationSeconds = checkMaxSessionDuration(input.MaxSessionDuration);
    const boundary = input.PermissionsBoundary === undefined ? undefined : checkPolicyArn(input.PermissionsBoundary);
    return store.transaction(async (transaction) => {
      const key = entityKey(call.accountId, roleName);
      if ((await transaction.get(roles, key)) !== undefined) throw roleExists(roleName);
      if (boundary !== undefined) await usePolicy(transaction, call.accountId, boundary);
      const role: RoleRecord = {
        accountId: call.accountId,
        roleName,
        roleId: newUniqueId("AROA"),
        path,
        arn: `arn:aws:iam::${call.accountId}:role${path}${roleName}`,
        createdAt: clock.now(),
        tags,
        attachedPolicyArns: [],
        inlinePolicies: {},
        trustPolicy: await checkTrustPolicy(transaction, call.accountId, input.AssumeRolePolicyDocument),
        maxSessionDurationSeconds,
        ...(description === undefined ? {} : { description }),
        ...(boundary === undefined ? {} : { permissionsBoundaryArn: boundary }),
      };
      transaction.insert(roles, key, role);
      return { Role: roleView(role) };
    });
  },
});
