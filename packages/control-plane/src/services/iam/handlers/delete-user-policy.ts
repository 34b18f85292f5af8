import type { DeleteUserPolicyCommandInput, DeleteUserPolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { deleteInlinePolicy } from "../owner-policies.ts";
import { userOwner } from "../owners.ts";
import { onUser } from "../permissions.ts";
import { present } from "../validation.ts";

export const deleteUserPolicy = defineOperation<
  IamDependencies,
  DeleteUserPolicyCommandInput,
  Answer<DeleteUserPolicyCommandOutput>
>({
  authorise: onUser("iam:DeleteUserPolicy"),
  handle: async (input, call, dependencies) => {
    await deleteInlinePolicy(dependencies, call, userOwner, present(input.UserName, "userName"), input.PolicyName);
    return {};
  },
});
