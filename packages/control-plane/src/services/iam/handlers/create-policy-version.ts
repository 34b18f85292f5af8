import type { CreatePolicyVersionCommandInput, CreatePolicyVersionCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { changePolicy, mostVersions } from "../customer-policies.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { policyVersionLimit } from "../errors.ts";
import { onPolicy } from "../permissions.ts";
import { checkManagedPolicy } from "../policy-documents.ts";
import { versionSummary } from "../views.ts";

export const createPolicyVersion = defineOperation<
  IamDependencies,
  CreatePolicyVersionCommandInput,
  Answer<CreatePolicyVersionCommandOutput>
>({
  authorise: onPolicy("iam:CreatePolicyVersion"),
  handle: async (input, call, dependencies) => {
    const document = checkManagedPolicy(input.PolicyDocument);
    const policy = await changePolicy(dependencies, call, input.PolicyArn, (found) => {
      if (found.versions.length >= mostVersions) throw policyVersionLimit();
      const latestVersion = found.latestVersion + 1;
      const createdAt = dependencies.clock.now();
      const version = { versionId: `v${latestVersion}`, document, createdAt };
      return {
        ...found,
        latestVersion,
        updatedAt: createdAt,
        versions: [...found.versions, version],
        ...(input.SetAsDefault === true ? { defaultVersionId: version.versionId } : {}),
      };
    });
    const made = policy.versions.at(-1);
    return made === undefined ? {} : { PolicyVersion: versionSummary(policy, made) };
  },
});
