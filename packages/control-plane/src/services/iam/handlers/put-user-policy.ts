import type { PutUserPolicyCommandInput, PutUserPolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { putInlinePolicy } from "../owner-policies.ts";
import { userOwner } from "../owners.ts";
import { onUser } from "../permissions.ts";
import { present } from "../validation.ts";

export const putUserPolicy = defineOperation<
  IamDependencies,
  PutUserPolicyCommandInput,
  Answer<PutUserPolicyCommandOutput>
>({
  authorise: onUser("iam:PutUserPolicy"),
  handle: async (input, call, dependencies) => {
    await putInlinePolicy(dependencies, call, userOwner, present(input.UserName, "userName"), input);
    return {};
  },
});
