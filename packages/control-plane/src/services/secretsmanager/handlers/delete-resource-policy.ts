import type { DeleteResourcePolicyRequest, DeleteResourcePolicyResponse } from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { onSecret } from "../permissions.ts";
import { changeSecret } from "../secret-changes.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteResourcePolicy.html */
export const deleteResourcePolicy = defineOperation<
  SecretsManagerDependencies,
  DeleteResourcePolicyRequest,
  DeleteResourcePolicyResponse
>({
  authorise: onSecret("secretsmanager:DeleteResourcePolicy"),
  handle: async ({ SecretId }, call, dependencies) => {
    const secret = await changeSecret(dependencies, call, SecretId, ({ policy: _, ...rest }) => rest);
    return { ARN: secret.arn, Name: secret.name };
  },
});
