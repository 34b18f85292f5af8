import type { DetachUserPolicyCommandInput, DetachUserPolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { detachPolicy } from "../owner-policies.ts";
import { userOwner } from "../owners.ts";
import { onUser } from "../permissions.ts";
import { present } from "../validation.ts";

export const detachUserPolicy = defineOperation<
  IamDependencies,
  DetachUserPolicyCommandInput,
  Answer<DetachUserPolicyCommandOutput>
>({
  authorise: onUser("iam:DetachUserPolicy"),
  handle: async (input, call, dependencies) => {
    await detachPolicy(dependencies, call, userOwner, present(input.UserName, "userName"), input.PolicyArn);
    return {};
  },
});
