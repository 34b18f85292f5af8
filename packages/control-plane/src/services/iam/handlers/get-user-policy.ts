import type { GetUserPolicyCommandInput, GetUserPolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { getInlinePolicy } from "../owner-policies.ts";
import { userOwner } from "../owners.ts";
import { onUser } from "../permissions.ts";
import { present } from "../validation.ts";

export const getUserPolicy = defineOperation<
  IamDependencies,
  GetUserPolicyCommandInput,
  Answer<GetUserPolicyCommandOutput>
>({
  authorise: onUser("iam:GetUserPolicy"),
  handle: async (input, call, dependencies) => {
    const name = present(input.UserName, "userName");
    return { UserName: name, ...(await getInlinePolicy(dependencies, call, userOwner, name, input.PolicyName)) };
  },
});
