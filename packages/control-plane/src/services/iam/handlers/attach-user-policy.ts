import type { AttachUserPolicyCommandInput, AttachUserPolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { attachPolicy } from "../owner-policies.ts";
import { userOwner } from "../owners.ts";
import { onUser } from "../permissions.ts";
import { present } from "../validation.ts";

export const attachUserPolicy = defineOperation<
  IamDependencies,
  AttachUserPolicyCommandInput,
  Answer<AttachUserPolicyCommandOutput>
>({
  authorise: onUser("iam:AttachUserPolicy"),
  handle: async (input, call, dependencies) => {
    await attachPolicy(dependencies, call, userOwner, present(input.UserName, "userName"), input.PolicyArn);
    return {};
  },
});
