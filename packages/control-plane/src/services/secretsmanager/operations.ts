import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { SecretsManagerDependencies } from "./dependencies.ts";
import { batchGetSecretValue } from "./handlers/batch-get-secret-value.ts";
import { cancelRotateSecret } from "./handlers/cancel-rotate-secret.ts";
import { createSecret } from "./handlers/create-secret.ts";
import { deleteResourcePolicy } from "./handlers/delete-resource-policy.ts";
import { deleteSecret } from "./handlers/delete-secret.ts";
import { describeSecret } from "./handlers/describe-secret.ts";
import { getRandomPassword } from "./handlers/get-random-password.ts";
import { getResourcePolicy } from "./handlers/get-resource-policy.ts";
import { getSecretValue } from "./handlers/get-secret-value.ts";
import { listSecretVersionIds } from "./handlers/list-secret-version-ids.ts";
import { listSecrets } from "./handlers/list-secrets.ts";
import { putResourcePolicy } from "./handlers/put-resource-policy.ts";
import { putSecretValue } from "./handlers/put-secret-value.ts";
import { removeRegionsFromReplication } from "./handlers/remove-regions-from-replication.ts";
import { replicateSecretToRegions } from "./handlers/replicate-secret-to-regions.ts";
import { restoreSecret } from "./handlers/restore-secret.ts";
import { rotateSecret } from "./handlers/rotate-secret.ts";
import { tagResource } from "./handlers/tag-resource.ts";
import { untagResource } from "./handlers/untag-resource.ts";
import { updateSecret } from "./handlers/update-secret.ts";
import { updateSecretVersionStage } from "./handlers/update-secret-version-stage.ts";
import { validateResourcePolicy } from "./handlers/validate-resource-policy.ts";

/** Every operation of Secrets Manager that Fleetless answers. */
export const secretsManagerOperations = {
  BatchGetSecretValue: batchGetSecretValue,
  CancelRotateSecret: cancelRotateSecret,
  CreateSecret: createSecret,
  DeleteResourcePolicy: deleteResourcePolicy,
  DeleteSecret: deleteSecret,
  DescribeSecret: describeSecret,
  GetRandomPassword: getRandomPassword,
  GetResourcePolicy: getResourcePolicy,
  GetSecretValue: getSecretValue,
  ListSecretVersionIds: listSecretVersionIds,
  ListSecrets: listSecrets,
  PutResourcePolicy: putResourcePolicy,
  PutSecretValue: putSecretValue,
  RemoveRegionsFromReplication: removeRegionsFromReplication,
  ReplicateSecretToRegions: replicateSecretToRegions,
  RestoreSecret: restoreSecret,
  RotateSecret: rotateSecret,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateSecretVersionStage: updateSecretVersionStage,
  UpdateSecret: updateSecret,
  ValidateResourcePolicy: validateResourcePolicy,
} satisfies OperationsOf<typeof import("@aws-sdk/client-secrets-manager"), SecretsManagerDependencies>;

/** Kept and shown, and not acted on: there are no functions to rotate with, and no other regions. */
export const storedOnly: ReadonlySet<string> = new Set([
  "CancelRotateSecret",
  "RemoveRegionsFromReplication",
  "ReplicateSecretToRegions",
  "RotateSecret",
]);
