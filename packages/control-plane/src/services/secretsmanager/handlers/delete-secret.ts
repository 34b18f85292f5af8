import type { DeleteSecretRequest, DeleteSecretResponse } from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { parseSecretId, unmadeSecretArn } from "../names.ts";
import { conditionKey, onSecret, scopeOf } from "../permissions.ts";
import { findSecret, putSecret, removeSecret, requireSecret } from "../repository.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
export const deleteSecret = defineOperation<SecretsManagerDependencies, DeleteSecretRequest, DeleteSecretResponse>({
  authorise: onSecret("secretsmanager:DeleteSecret", ({ RecoveryWindowInDays, ForceDeleteWithoutRecovery }) => ({
    ...conditionKey("RecoveryWindowInDays", RecoveryWindowInDays),
    ...conditionKey("ForceDeleteWithoutRecovery", ForceDeleteWithoutRecovery),
  })),
  handle: async (input, call, { store, clock }) => {
    const { RecoveryWindowInDays: asked, ForceDeleteWithoutRecovery: force } = input;
    if (force === true && asked !== undefined) {
      throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
    }
    const days = asked ?? defaultDays;
    if (days < leastDays || days > defaultDays) {
      throw invalidParameter(
        `The RecoveryWindowInDays value must be between ${leastDays} and ${defaultDays} days (inclusive).`,
      );
    }
    const scope = scopeOf(call);
    const now = clock.now();
    if (force === true) {
      const secret = await store.transaction(async (transaction) => {
        const found = await findSecret(transaction, parseSecretId(input.SecretId, scope), now);
        if (found !== undefined) await removeSecret(transaction, found);
        return found;
      });
      const name = secret?.name ?? input.SecretId ?? "";
      return { ARN: secret?.arn ?? unmadeSecretArn(scope, name), Name: name, DeletionDate: new Date(now) };
    }
    const deletionAt = now + days * dayMilliseconds;
    const secret = await store.transaction(async (transaction) => {
      const found = await requireSecret(transaction, scope, input.SecretId, now);
      putSecret(transaction, { ...found, deletionAt });
      return found;
    });
    return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(deletionAt) };
  },
});

const leastDays = 7;
const defaultDays = 30;
const dayMilliseconds = 86_400_000;
