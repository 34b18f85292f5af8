import type { DeleteGroupPolicyCommandInput, DeleteGroupPolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { deleteInlinePolicy } from "../owner-policies.ts";
import { groupOwner } from "../owners.ts";
import { onGroup } from "../permissions.ts";
import { present } from "../validation.ts";

export const deleteGroupPolicy = defineOperation<
  IamDependencies,
  DeleteGroupPolicyCommandInput,
  Answer<DeleteGroupPolicyCommandOutput>
>({
  authorise: onGroup("iam:DeleteGroupPolicy"),
  handle: async (input, call, dependencies) => {
    await deleteInlinePolicy(dependencies, call, groupOwner, present(input.GroupName, "groupName"), input.PolicyName);
    return {};
  },
});
