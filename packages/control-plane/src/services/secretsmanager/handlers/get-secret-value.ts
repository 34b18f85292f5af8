import type { GetSecretValueRequest, GetSecretValueResponse } from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { keyUserOf } from "../dependencies.ts";
import { conditionKey, onSecret, scopeOf } from "../permissions.ts";
import { requireSecret } from "../repository.ts";
import { readSecretVersion } from "../secret-values.ts";
import { valueView } from "../value-view.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export const getSecretValue = defineOperation<
  SecretsManagerDependencies,
  GetSecretValueRequest,
  GetSecretValueResponse
>({
  authorise: onSecret("secretsmanager:GetSecretValue", ({ VersionId, VersionStage }) => ({
    ...conditionKey("VersionId", VersionId),
    ...conditionKey("VersionStage", VersionStage),
  })),
  handle: async ({ SecretId, VersionId, VersionStage }, call, dependencies) => {
    const { store, clock } = dependencies;
    const secret = await store.read((transaction) => requireSecret(transaction, scopeOf(call), SecretId, clock.now()));
    return valueView(await readSecretVersion(dependencies, keyUserOf(call), secret, VersionId, VersionStage));
  },
});
