import type { DeletePolicyVersionCommandInput, DeletePolicyVersionCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { changePolicy } from "../customer-policies.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { defaultVersionInUse, policyVersionNotFound } from "../errors.ts";
import { onPolicy } from "../permissions.ts";
import { present } from "../validation.ts";

export const deletePolicyVersion = defineOperation<
  IamDependencies,
  DeletePolicyVersionCommandInput,
  Answer<DeletePolicyVersionCommandOutput>
>({
  authorise: onPolicy("iam:DeletePolicyVersion"),
  handle: async (input, call, dependencies) => {
    const versionId = present(input.VersionId, "versionId");
    await changePolicy(dependencies, call, input.PolicyArn, (policy) => {
      if (!policy.versions.some((version) => version.versionId === versionId)) {
        throw policyVersionNotFound(policy.arn, versionId);
      }
      if (policy.defaultVersionId === versionId) throw defaultVersionInUse();
      return { ...policy, versions: policy.versions.filter((version) => version.versionId !== versionId) };
    });
    return {};
  },
});
