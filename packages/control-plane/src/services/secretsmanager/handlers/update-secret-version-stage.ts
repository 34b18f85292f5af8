import type {
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse,
} from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretRecord } from "../collections.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { invalidParameter, versionNotFound } from "../errors.ts";
import { conditionKey, onSecret } from "../permissions.ts";
import { changeSecret } from "../secret-changes.ts";
import { current, moveStage, removeStage, versionWithStage } from "../stages.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html */
export const updateSecretVersionStage = defineOperation<
  SecretsManagerDependencies,
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse
>({
  authorise: onSecret("secretsmanager:UpdateSecretVersionStage", ({ VersionStage }) =>
    conditionKey("VersionStage", VersionStage),
  ),
  handle: async (input, call, dependencies) => {
    const secret = await changeSecret(dependencies, call, input.SecretId, (before) => ({
      ...before,
      versions: changedVersions(before, input),
      changedAt: dependencies.clock.now(),
    }));
    return { ARN: secret.arn, Name: secret.name };
  },
});

const changedVersions = ({ versions }: SecretRecord, input: UpdateSecretVersionStageRequest) => {
  const { VersionStage: stage = "", RemoveFromVersionId: from, MoveToVersionId: to } = input;
  for (const id of [from, to]) {
    if (id !== undefined && versions[id] === undefined) throw versionNotFound(id);
  }
  const holder = versionWithStage(versions, stage);
  if (from !== undefined && holder !== from) {
    throw invalidParameter(`The staging label ${stage} isn't currently attached to version ${from}.`);
  }
  if (to === undefined) {
    if (from === undefined) throw invalidParameter("Either RemoveFromVersionId or MoveToVersionId must be given.");
    if (stage === current) {
      throw invalidParameter(
        "You can only move staging label AWSCURRENT to a different secret version. It can’t be completely removed.",
      );
    }
    return removeStage(versions, stage, from);
  }
  if (holder !== undefined && holder !== to && from === undefined) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  return moveStage(versions, stage, to);
};
