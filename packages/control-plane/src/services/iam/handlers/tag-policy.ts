import type { TagPolicyCommandInput, TagPolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { changePolicy } from "../customer-policies.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { onPolicy } from "../permissions.ts";
import { checkTags, mergeTags } from "../validation.ts";

export const tagPolicy = defineOperation<IamDependencies, TagPolicyCommandInput, Answer<TagPolicyCommandOutput>>({
  authorise: onPolicy("iam:TagPolicy"),
  handle: async (input, call, dependencies) => {
    const added = checkTags(input.Tags, "Policy");
    await changePolicy(dependencies, call, input.PolicyArn, (policy) => ({
      ...policy,
      tags: mergeTags(policy.tags, added, "Policy"),
    }));
    return {};
  },
});
