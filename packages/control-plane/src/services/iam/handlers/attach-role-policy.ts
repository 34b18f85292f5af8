import type { AttachRolePolicyCommandInput, AttachRolePolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { attachPolicy } from "../owner-policies.ts";
import { roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { present } from "../validation.ts";

export const attachRolePolicy = defineOperation<
  IamDependencies,
  AttachRolePolicyCommandInput,
  Answer<AttachRolePolicyCommandOutput>
>({
  authorise: onRole("iam:AttachRolePolicy"),
  handle: async (input, call, dependencies) => {
    await attachPolicy(dependencies, call, roleOwner, present(input.RoleName, "roleName"), input.PolicyArn);
    return {};
  },
});
