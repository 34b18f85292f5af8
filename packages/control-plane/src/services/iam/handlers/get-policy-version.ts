import type { GetPolicyVersionCommandInput, GetPolicyVersionCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { policyVersionNotFound } from "../errors.ts";
import { onPolicy } from "../permissions.ts";
import { requirePolicy } from "../policy-uses.ts";
import { checkPolicyArn, present } from "../validation.ts";
import { encodeDocument, versionSummary } from "../views.ts";

export const getPolicyVersion = defineOperation<
  IamDependencies,
  GetPolicyVersionCommandInput,
  Answer<GetPolicyVersionCommandOutput>
>({
  authorise: onPolicy("iam:GetPolicyVersion"),
  handle: async (input, call, { store }) => {
    const arn = checkPolicyArn(input.PolicyArn);
    const versionId = present(input.VersionId, "versionId");
    const policy = await store.read((transaction) => requirePolicy(transaction, call.accountId, arn));
    const version = policy.versions.find((candidate) => candidate.versionId === versionId);
    if (version === undefined) throw policyVersionNotFound(arn, versionId);
    return { PolicyVersion: { ...versionSummary(policy, version), Document: encodeDocument(version.document) } };
  },
});
