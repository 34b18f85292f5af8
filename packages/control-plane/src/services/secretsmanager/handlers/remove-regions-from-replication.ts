import type {
  RemoveRegionsFromReplicationRequest,
  RemoveRegionsFromReplicationResponse,
} from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { onSecret } from "../permissions.ts";
import { changeSecret } from "../secret-changes.ts";
import { replicationStatus } from "../views.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RemoveRegionsFromReplication.html */
export const removeRegionsFromReplication = defineOperation<
  SecretsManagerDependencies,
  RemoveRegionsFromReplicationRequest,
  RemoveRegionsFromReplicationResponse
>({
  authorise: onSecret("secretsmanager:RemoveRegionsFromReplication"),
  handle: async ({ SecretId, RemoveReplicaRegions = [] }, call, dependencies) => {
    const secret = await changeSecret(dependencies, call, SecretId, (before) => ({
      ...before,
      replicas: before.replicas.filter(({ region }) => !RemoveReplicaRegions.includes(region)),
    }));
    return { ARN: secret.arn, ReplicationStatus: replicationStatus(secret) };
  },
});
