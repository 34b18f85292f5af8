import type { PutRolePolicyCommandInput, PutRolePolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { putInlinePolicy } from "../owner-policies.ts";
import { roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { present } from "../validation.ts";

export const putRolePolicy = defineOperation<
  IamDependencies,
  PutRolePolicyCommandInput,
  Answer<PutRolePolicyCommandOutput>
>({
  authorise: onRole("iam:PutRolePolicy"),
  handle: async (input, call, dependencies) => {
    await putInlinePolicy(dependencies, call, roleOwner, present(input.RoleName, "roleName"), input);
    return {};
  },
});
