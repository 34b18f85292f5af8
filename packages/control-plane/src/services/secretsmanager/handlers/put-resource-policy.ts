import type { PutResourcePolicyRequest, PutResourcePolicyResponse } from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { publicPolicy } from "../errors.ts";
import { conditionKey, onSecret } from "../permissions.ts";
import { checkResourcePolicy, grantsBroadAccess } from "../resource-policy.ts";
import { changeSecret } from "../secret-changes.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html */
export const putResourcePolicy = defineOperation<
  SecretsManagerDependencies,
  PutResourcePolicyRequest,
  PutResourcePolicyResponse
>({
  authorise: onSecret("secretsmanager:PutResourcePolicy", ({ BlockPublicPolicy }) =>
    conditionKey("BlockPublicPolicy", BlockPublicPolicy),
  ),
  handle: async (input, call, dependencies) => {
    const policy = checkResourcePolicy(input.ResourcePolicy);
    if (input.BlockPublicPolicy === true && grantsBroadAccess(policy)) throw publicPolicy();
    const secret = await changeSecret(dependencies, call, input.SecretId, (before) => ({ ...before, policy }));
    return { ARN: secret.arn, Name: secret.name };
  },
});
