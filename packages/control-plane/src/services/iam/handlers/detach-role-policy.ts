import type { DetachRolePolicyCommandInput, DetachRolePolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { detachPolicy } from "../owner-policies.ts";
import { roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { present } from "../validation.ts";

export const detachRolePolicy = defineOperation<
  IamDependencies,
  DetachRolePolicyCommandInput,
  Answer<DetachRolePolicyCommandOutput>
>({
  authorise: onRole("iam:DetachRolePolicy"),
  handle: async (input, call, dependencies) => {
    await detachPolicy(dependencies, call, roleOwner, present(input.RoleName, "roleName"), input.PolicyArn);
    return {};
  },
});
