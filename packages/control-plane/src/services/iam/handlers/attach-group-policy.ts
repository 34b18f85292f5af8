import type { AttachGroupPolicyCommandInput, AttachGroupPolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { attachPolicy } from "../owner-policies.ts";
import { groupOwner } from "../owners.ts";
import { onGroup } from "../permissions.ts";
import { present } from "../validation.ts";

export const attachGroupPolicy = defineOperation<
  IamDependencies,
  AttachGroupPolicyCommandInput,
  Answer<AttachGroupPolicyCommandOutput>
>({
  authorise: onGroup("iam:AttachGroupPolicy"),
  handle: async (input, call, dependencies) => {
    await attachPolicy(dependencies, call, groupOwner, present(input.GroupName, "groupName"), input.PolicyArn);
    return {};
  },
});
