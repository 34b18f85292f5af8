import type { DeleteRolePolicyCommandInput, DeleteRolePolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { deleteInlinePolicy } from "../owner-policies.ts";
import { roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { present } from "../validation.ts";

export const deleteRolePolicy = defineOperation<
  IamDependencies,
  DeleteRolePolicyCommandInput,
  Answer<DeleteRolePolicyCommandOutput>
>({
  authorise: onRole("iam:DeleteRolePolicy"),
  handle: async (input, call, dependencies) => {
    await deleteInlinePolicy(dependencies, call, roleOwner, present(input.RoleName, "roleName"), input.PolicyName);
    return {};
  },
});
