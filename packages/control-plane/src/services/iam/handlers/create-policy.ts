import type { CreatePolicyCommandInput, CreatePolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { type PolicyRecord, policies } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { policyExists } from "../errors.ts";
import { newUniqueId } from "../ids.ts";
import { onNew } from "../permissions.ts";
import { checkManagedPolicy } from "../policy-documents.ts";
import { entityKey } from "../repository.ts";
import { checkDescription, checkName, checkPath, checkTags, policyNameLength } from "../validation.ts";
import { policyView } from "../views.ts";

export const createPolicy = defineOperation<
  IamDependencies,
  CreatePolicyCommandInput,
  Answer<CreatePolicyCommandOutput>
>({
  authorise: onNew<CreatePolicyCommandInput>(
    "iam:CreatePolicy",
    (input) => `policy${input.Path ?? "/"}${input.PolicyName ?? ""}`,
  ),
  handle: async (input, call, { store, clock }) => {
    const policyName = checkName(input.PolicyName, "policyName", policyNameLength);
    const path = checkPath(input.Path);
    const tags = checkTags(input.Tags, "Policy");
    const description = checkDescription(input.Description);
    const document = checkManagedPolicy(input.PolicyDocument);
    return store.transaction(async (transaction) => {
      const key = entityKey(call.accountId, policyName);
      if ((await transaction.get(policies, key)) !== undefined) throw policyExists(policyName);
      const createdAt = clock.now();
      const policy: PolicyRecord = {
        accountId: call.accountId,
        policyName,
        policyId: newUniqueId("ANPA"),
        path,
        arn: `arn:aws:iam::${call.accountId}:policy${path}${policyName}`,
        createdAt,
        updatedAt: createdAt,
        defaultVersionId: "v1",
        latestVersion: 1,
        versions: [{ versionId: "v1", document, createdAt }],
        tags,
        ...(description === undefined ? {} : { description }),
      };
      transaction.insert(policies, key, policy);
      return { Policy: policyView(policy, { attachments: 0, boundaries: 0 }) };
    });
  },
});
