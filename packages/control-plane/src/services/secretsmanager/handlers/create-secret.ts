import type { CreateSecretRequest, CreateSecretResponse } from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import { requestTagKeys } from "../../../gateway/tag-condition-keys.ts";
import type { SecretRecord } from "../collections.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { keyUserOf } from "../dependencies.ts";
import { invalidParameter, scheduledForDeletion, secretExists } from "../errors.ts";
import { checkName, newSecretArn, unmadeSecretArn, versionIdOf } from "../names.ts";
import { conditionKey, scopeOf } from "../permissions.ts";
import { findByName, putSecret, putValue } from "../repository.ts";
import { isRepeat } from "../secret-changes.ts";
import { plainValueOf, protectValue } from "../secret-values.ts";
import { addVersion, current } from "../stages.ts";
import { tagPairs, withTags } from "../tags.ts";
import { replicationStatus } from "../views.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
export const createSecret = defineOperation<SecretsManagerDependencies, CreateSecretRequest, CreateSecretResponse>({
  authorise: {
    kind: "permissions",
    permissions: (input, call) => {
      const resources = [unmadeSecretArn(scopeOf(call), input.Name ?? "")];
      const conditionKeys = {
        ...requestTagKeys(tagPairs(input.Tags)),
        ...conditionKey("Name", input.Name),
        ...conditionKey("Description", input.Description),
        ...conditionKey("KmsKeyId", input.KmsKeyId),
        ...((input.AddReplicaRegions ?? []).length === 0
          ? {}
          : {
              "secretsmanager:AddReplicaRegions": (input.AddReplicaRegions ?? []).map(({ Region = "" }) => Region),
            }),
      };
      const actions = ["CreateSecret", ...((input.Tags ?? []).length > 0 ? ["TagResource"] : [])];
      return actions.map((action) => ({ action: `secretsmanager:${action}`, resources, conditionKeys }));
    },
  },
  handle: async (input, call, dependencies) => {
    const { store, clock } = dependencies;
    const scope = scopeOf(call);
    const name = checkName(input.Name);
    const plain = plainValueOf(input);
    const versionId = versionIdOf(input.ClientRequestToken);
    if ((input.Description ?? "").length > 2048)
      throw invalidParameter("The description is longer than 2048 characters.");
    const now = clock.now();
    const known = await store.read((transaction) => findByName(transaction, scope, name, now));
    if (known?.deletionAt !== undefined) throw scheduledForDeletion();
    if (known !== undefined) {
      const repeated = plain !== undefined && (await isRepeat(dependencies, call, known, versionId, plain));
      if (!repeated) throw secretExists(name);
      return { ARN: known.arn, Name: name, VersionId: versionId };
    }
    const secret: SecretRecord = {
      ...scope,
      name,
      arn: newSecretArn(scope, name),
      description: input.Description,
      kmsKeyId: input.KmsKeyId,
      createdAt: now,
      changedAt: now,
      tags: withTags({}, input.Tags ?? []),
      versions: {},
      replicas: (input.AddReplicaRegions ?? []).map(({ Region = "", KmsKeyId }) => ({
        region: Region,
        kmsKeyId: KmsKeyId,
      })),
    };
    const encrypted =
      plain === undefined ? undefined : await protectValue(dependencies, keyUserOf(call), secret, versionId, plain);
    await store.transaction(async (transaction) => {
      const other = await findByName(transaction, scope, name, now);
      if (other !== undefined) throw other.deletionAt === undefined ? secretExists(name) : scheduledForDeletion();
      if (encrypted === undefined) {
        putSecret(transaction, secret);
        return;
      }
      const version = { createdAt: now, kmsKeyArn: encrypted.kmsKeyArn };
      putSecret(transaction, { ...secret, versions: addVersion({}, versionId, version, [current]) });
      putValue(transaction, secret.arn, versionId, encrypted.record);
    });
    return {
      ARN: secret.arn,
      Name: name,
      ...(plain === undefined ? {} : { VersionId: versionId }),
      ...(secret.replicas.length === 0 ? {} : { ReplicationStatus: replicationStatus(secret) }),
    };
  },
});
