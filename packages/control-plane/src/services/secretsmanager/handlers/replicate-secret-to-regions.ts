import type {
  ReplicateSecretToRegionsRequest,
  ReplicateSecretToRegionsResponse,
} from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { onSecret } from "../permissions.ts";
import { changeSecret } from "../secret-changes.ts";
import { replicationStatus } from "../views.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html */
export const replicateSecretToRegions = defineOperation<
  SecretsManagerDependencies,
  ReplicateSecretToRegionsRequest,
  ReplicateSecretToRegionsResponse
>({
  authorise: onSecret("secretsmanager:ReplicateSecretToRegions", ({ AddReplicaRegions = [] }) => ({
    "secretsmanager:AddReplicaRegions": AddReplicaRegions.map(({ Region = "" }) => Region),
  })),
  handle: async ({ SecretId, AddReplicaRegions = [] }, call, dependencies) => {
    const secret = await changeSecret(dependencies, call, SecretId, (before) => {
      const added = AddReplicaRegions.map(({ Region = "", KmsKeyId }) => ({ region: Region, kmsKeyId: KmsKeyId }));
      if (added.some(({ region }) => region === before.region)) {
        throw invalidParameter("Invalid replica region: a secret has no replica in its own region.");
      }
      const kept = before.replicas.filter(({ region }) => added.every((other) => other.region !== region));
      return { ...before, replicas: [...kept, ...added] };
    });
    return { ARN: secret.arn, ReplicationStatus: replicationStatus(secret) };
  },
});
