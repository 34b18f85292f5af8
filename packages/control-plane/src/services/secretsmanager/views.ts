import type { DescribeSecretResponse, ReplicationStatusType, SecretListEntry } from "@aws-sdk/client-secrets-manager";
import type { SecretRecord } from "./collections.ts";
import { tagViews } from "./tags.ts";

const stagesOf = (secret: SecretRecord): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(secret.versions)
      .filter(([, { stages }]) => stages.length > 0)
      .map(([id, { stages }]) => [id, [...stages]]),
  );

const common = (secret: SecretRecord) => ({
  ARN: secret.arn,
  Name: secret.name,
  ...(secret.description === undefined ? {} : { Description: secret.description }),
  ...(secret.kmsKeyId === undefined ? {} : { KmsKeyId: secret.kmsKeyId }),
  ...(secret.rotation === undefined
    ? {}
    : {
        RotationEnabled: secret.rotation.enabled,
        RotationLambdaARN: secret.rotation.lambdaArn,
        RotationRules: { ...secret.rotation.rules },
      }),
  LastChangedDate: new Date(secret.changedAt),
  ...(secret.accessedAt === undefined ? {} : { LastAccessedDate: new Date(secret.accessedAt) }),
  ...(secret.deletionAt === undefined ? {} : { DeletedDate: new Date(secret.deletionAt) }),
  CreatedDate: new Date(secret.createdAt),
  Tags: tagViews(secret.tags),
  ...(secret.replicas.length === 0 ? {} : { PrimaryRegion: secret.region }),
});

export const describedSecret = (secret: SecretRecord): DescribeSecretResponse => ({
  ...common(secret),
  VersionIdsToStages: stagesOf(secret),
  ...(secret.replicas.length === 0 ? {} : { ReplicationStatus: replicationStatus(secret) }),
});

export const listedSecret = (secret: SecretRecord): SecretListEntry => ({
  ...common(secret),
  SecretVersionsToStages: stagesOf(secret),
});

/** Replicas are only written down, and their status says so. */
export const replicationStatus = (secret: SecretRecord): ReplicationStatusType[] =>
  secret.replicas.map(({ region, kmsKeyId }) => ({
    Region: region,
    ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
    Status: "InProgress",
    StatusMessage: "Fleetless keeps the wish for a replica and does not copy secrets to other regions yet.",
  }));
