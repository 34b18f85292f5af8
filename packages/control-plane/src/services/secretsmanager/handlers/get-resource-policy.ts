import type { GetResourcePolicyRequest, GetResourcePolicyResponse } from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { onSecret, scopeOf } from "../permissions.ts";
import { requireSecret } from "../repository.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetResourcePolicy.html */
export const getResourcePolicy = defineOperation<
  SecretsManagerDependencies,
  GetResourcePolicyRequest,
  GetResourcePolicyResponse
>({
  authorise: onSecret("secretsmanager:GetResourcePolicy"),
  handle: async ({ SecretId }, call, { store, clock }) => {
    const secret = await store.read((transaction) => requireSecret(transaction, scopeOf(call), SecretId, clock.now()));
    return {
      ARN: secret.arn,
      Name: secret.name,
      ...(secret.policy === undefined ? {} : { ResourcePolicy: secret.policy }),
    };
  },
});
