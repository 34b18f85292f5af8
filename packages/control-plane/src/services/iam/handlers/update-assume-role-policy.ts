import type { UpdateAssumeRolePolicyCommandInput, UpdateAssumeRolePolicyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { changeOwner, roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { checkTrustPolicy } from "../policy-documents.ts";
import { present } from "../validation.ts";

export const updateAssumeRolePolicy = defineOperation<
  IamDependencies,
  UpdateAssumeRolePolicyCommandInput,
  Answer<UpdateAssumeRolePolicyCommandOutput>
>({
  authorise: onRole("iam:UpdateAssumeRolePolicy"),
  handle: async (input, call, dependencies) => {
    await changeOwner(
      dependencies,
      call,
      roleOwner,
      present(input.RoleName, "roleName"),
      async (role, transaction) => ({
        ...role,
        trustPolicy: await checkTrustPolicy(transaction, call.accountId, input.PolicyDocument),
      }),
    );
    return {};
  },
});
