import type { CancelRotateSecretRequest, CancelRotateSecretResponse } from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { onSecret } from "../permissions.ts";
import { changeSecret } from "../secret-changes.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html */
export const cancelRotateSecret = defineOperation<
  SecretsManagerDependencies,
  CancelRotateSecretRequest,
  CancelRotateSecretResponse
>({
  authorise: onSecret("secretsmanager:CancelRotateSecret"),
  handle: async ({ SecretId }, call, dependencies) => {
    const secret = await changeSecret(dependencies, call, SecretId, ({ rotation, ...before }) => ({
      ...before,
      ...(rotation === undefined ? {} : { rotation: { ...rotation, enabled: false } }),
    }));
    return { ARN: secret.arn, Name: secret.name };
  },
});
