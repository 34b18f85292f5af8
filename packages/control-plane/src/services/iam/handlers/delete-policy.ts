import type { DeletePolicyCommandInput, DeletePolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { policies } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { managedByAws, policyAttached, policyHasVersions } from "../errors.ts";
import { onPolicy } from "../permissions.ts";
import { policyUses, requirePolicy } from "../policy-uses.ts";
import { entityKey } from "../repository.ts";
import { checkPolicyArn } from "../validation.ts";

export const deletePolicy = defineOperation<
  IamDependencies,
  DeletePolicyCommandInput,
  Answer<DeletePolicyCommandOutput>
>({
  authorise: onPolicy("iam:DeletePolicy"),
  handle: (input, call, { store }) =>
    store.transaction(async (transaction) => {
      const policy = await requirePolicy(transaction, call.accountId, checkPolicyArn(input.PolicyArn));
      if (policy.accountId === "aws") throw managedByAws(policy.arn);
      const { attachments, boundaries } = await policyUses(transaction, call.accountId, policy.arn);
      if (attachments + boundaries > 0) throw policyAttached();
      if (policy.versions.length > 1) throw policyHasVersions();
      transaction.delete(policies, entityKey(call.accountId, policy.policyName));
      return {};
    }),
});
