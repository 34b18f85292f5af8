import type { RestoreSecretRequest, RestoreSecretResponse } from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { onSecret, scopeOf } from "../permissions.ts";
import { putSecret, requireAny } from "../repository.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html */
export const restoreSecret = defineOperation<SecretsManagerDependencies, RestoreSecretRequest, RestoreSecretResponse>({
  authorise: onSecret("secretsmanager:RestoreSecret"),
  handle: async ({ SecretId }, call, { store, clock }) => {
    const secret = await store.transaction(async (transaction) => {
      const { deletionAt: _, ...restored } = await requireAny(transaction, scopeOf(call), SecretId, clock.now());
      putSecret(transaction, restored);
      return restored;
    });
    return { ARN: secret.arn, Name: secret.name };
  },
});
