import type { GetRolePolicyCommandInput, GetRolePolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { getInlinePolicy } from "../owner-policies.ts";
import { roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { present } from "../validation.ts";

export const getRolePolicy = defineOperation<
  IamDependencies,
  GetRolePolicyCommandInput,
  Answer<GetRolePolicyCommandOutput>
>({
  authorise: onRole("iam:GetRolePolicy"),
  handle: async (input, call, dependencies) => {
    const name = present(input.RoleName, "roleName");
    return { RoleName: name, ...(await getInlinePolicy(dependencies, call, roleOwner, name, input.PolicyName)) };
  },
});
