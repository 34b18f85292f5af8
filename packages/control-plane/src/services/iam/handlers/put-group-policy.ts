import type { PutGroupPolicyCommandInput, PutGroupPolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { putInlinePolicy } from "../owner-policies.ts";
import { groupOwner } from "../owners.ts";
import { onGroup } from "../permissions.ts";
import { present } from "../validation.ts";

export const putGroupPolicy = defineOperation<
  IamDependencies,
  PutGroupPolicyCommandInput,
  Answer<PutGroupPolicyCommandOutput>
>({
  authorise: onGroup("iam:PutGroupPolicy"),
  handle: async (input, call, dependencies) => {
    await putInlinePolicy(dependencies, call, groupOwner, present(input.GroupName, "groupName"), input);
    return {};
  },
});
