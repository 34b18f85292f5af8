import type { SetDefaultPolicyVersionCommandInput, SetDefaultPolicyVersionCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { changePolicy } from "../customer-policies.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { policyVersionNotFound } from "../errors.ts";
import { onPolicy } from "../permissions.ts";
import { present } from "../validation.ts";

export const setDefaultPolicyVersion = defineOperation<
  IamDependencies,
  SetDefaultPolicyVersionCommandInput,
  Answer<SetDefaultPolicyVersionCommandOutput>
>({
  authorise: onPolicy("iam:SetDefaultPolicyVersion"),
  handle: async (input, call, dependencies) => {
    const versionId = present(input.VersionId, "versionId");
    await changePolicy(dependencies, call, input.PolicyArn, (policy) => {
      if (!policy.versions.some((version) => version.versionId === versionId)) {
        throw policyVersionNotFound(policy.arn, versionId);
      }
      return { ...policy, defaultVersionId: versionId, updatedAt: dependencies.clock.now() };
    });
    return {};
  },
});
