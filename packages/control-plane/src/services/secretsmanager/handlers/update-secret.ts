import type { UpdateSecretRequest, UpdateSecretResponse } from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretRecord } from "../collections.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { versionIdOf } from "../names.ts";
import { conditionKey, onSecret, scopeOf } from "../permissions.ts";
import { reencryptVersions } from "../reencryption.ts";
import { requireSecret } from "../repository.ts";
import { addSecretVersion, changeSecret, isRepeat } from "../secret-changes.ts";
import { plainValueOf } from "../secret-values.ts";
import { current } from "../stages.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html */
export const updateSecret = defineOperation<SecretsManagerDependencies, UpdateSecretRequest, UpdateSecretResponse>({
  authorise: onSecret("secretsmanager:UpdateSecret", ({ Description, KmsKeyId }) => ({
    ...conditionKey("Description", Description),
    ...conditionKey("KmsKeyId", KmsKeyId),
  })),
  handle: async (input, call, dependencies) => {
    const { store, clock } = dependencies;
    if ((input.Description ?? "").length > 2048)
      throw invalidParameter("The description is longer than 2048 characters.");
    const plain = plainValueOf(input);
    const versionId = versionIdOf(input.ClientRequestToken);
    const before = await store.read((transaction) =>
      requireSecret(transaction, scopeOf(call), input.SecretId, clock.now()),
    );
    const describe = (secret: SecretRecord): SecretRecord => ({
      ...secret,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      ...(input.KmsKeyId === undefined ? {} : { kmsKeyId: input.KmsKeyId }),
      changedAt: clock.now(),
    });
    const { arn: ARN, name: Name } = before;
    if (input.KmsKeyId !== undefined && input.KmsKeyId !== before.kmsKeyId) {
      await reencryptVersions(dependencies, call, before, input.KmsKeyId);
    }
    if (plain === undefined || (await isRepeat(dependencies, call, before, versionId, plain))) {
      await changeSecret(dependencies, call, ARN, describe);
      return { ARN, Name };
    }
    await addSecretVersion(dependencies, call, before, { versionId, plain, stages: [current] }, describe);
    return { ARN, Name, VersionId: versionId };
  },
});
