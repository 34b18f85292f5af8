import type { UntagPolicyCommandInput, UntagPolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { changePolicy } from "../customer-policies.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { onPolicy } from "../permissions.ts";
import { withoutTags } from "../validation.ts";

export const untagPolicy = defineOperation<IamDependencies, UntagPolicyCommandInput, Answer<UntagPolicyCommandOutput>>({
  authorise: onPolicy("iam:UntagPolicy"),
  handle: async (input, call, dependencies) => {
    await changePolicy(dependencies, call, input.PolicyArn, (policy) => ({
      ...policy,
      tags: withoutTags(policy.tags, input.TagKeys),
    }));
    return {};
  },
});
