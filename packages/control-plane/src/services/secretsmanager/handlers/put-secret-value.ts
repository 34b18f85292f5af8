import type { PutSecretValueRequest, PutSecretValueResponse } from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { versionIdOf } from "../names.ts";
import { onSecret, scopeOf } from "../permissions.ts";
import { requireSecret } from "../repository.ts";
import { addSecretVersion, isRepeat } from "../secret-changes.ts";
import { plainValueOf } from "../secret-values.ts";
import { checkStages } from "../stages.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
export const putSecretValue = defineOperation<
  SecretsManagerDependencies,
  PutSecretValueRequest,
  PutSecretValueResponse
>({
  authorise: onSecret("secretsmanager:PutSecretValue"),
  handle: async (input, call, dependencies) => {
    const { store, clock } = dependencies;
    const stages = checkStages(input.VersionStages);
    const versionId = versionIdOf(input.ClientRequestToken);
    const plain = plainValueOf(input);
    if (plain === undefined) throw invalidParameter("You must provide either SecretString or SecretBinary.");
    const secret = await store.read((transaction) =>
      requireSecret(transaction, scopeOf(call), input.SecretId, clock.now()),
    );
    const changed = (await isRepeat(dependencies, call, secret, versionId, plain))
      ? secret
      : await addSecretVersion(dependencies, call, secret, { versionId, plain, stages });
    return {
      ARN: changed.arn,
      Name: changed.name,
      VersionId: versionId,
      VersionStages: [...(changed.versions[versionId]?.stages ?? [])],
    };
  },
});
