import type { DetachGroupPolicyCommandInput, DetachGroupPolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { detachPolicy } from "../owner-policies.ts";
import { groupOwner } from "../owners.ts";
import { onGroup } from "../permissions.ts";
import { present } from "../validation.ts";

export const detachGroupPolicy = defineOperation<
  IamDependencies,
  DetachGroupPolicyCommandInput,
  Answer<DetachGroupPolicyCommandOutput>
>({
  authorise: onGroup("iam:DetachGroupPolicy"),
  handle: async (input, call, dependencies) => {
    await detachPolicy(dependencies, call, groupOwner, present(input.GroupName, "groupName"), input.PolicyArn);
    return {};
  },
});
