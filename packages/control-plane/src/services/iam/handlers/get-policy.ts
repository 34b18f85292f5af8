import type { GetPolicyCommandInput, GetPolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { onPolicy } from "../permissions.ts";
import { policyUses, requirePolicy } from "../policy-uses.ts";
import { checkPolicyArn } from "../validation.ts";
import { policyView } from "../views.ts";

export const getPolicy = defineOperation<IamDependencies, GetPolicyCommandInput, Answer<GetPolicyCommandOutput>>({
  authorise: onPolicy("iam:GetPolicy"),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      const policy = await requirePolicy(transaction, call.accountId, checkPolicyArn(input.PolicyArn));
      return { Policy: policyView(policy, await policyUses(transaction, call.accountId, policy.arn)) };
    }),
});
