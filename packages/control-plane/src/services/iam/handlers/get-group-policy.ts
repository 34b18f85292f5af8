import type { GetGroupPolicyCommandInput, GetGroupPolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { getInlinePolicy } from "../owner-policies.ts";
import { groupOwner } from "../owners.ts";
import { onGroup } from "../permissions.ts";
import { present } from "../validation.ts";

export const getGroupPolicy = defineOperation<
  IamDependencies,
  GetGroupPolicyCommandInput,
  Answer<GetGroupPolicyCommandOutput>
>({
  authorise: onGroup("iam:GetGroupPolicy"),
  handle: async (input, call, dependencies) => {
    const name = present(input.GroupName, "groupName");
    return {
      GroupName: name,
      ...(await getInlinePolicy(dependencies, call, groupOwner, name, input.PolicyName)),
    };
  },
});
