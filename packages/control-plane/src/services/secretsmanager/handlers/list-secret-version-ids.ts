import type { ListSecretVersionIdsRequest, ListSecretVersionIdsResponse } from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { pageOf } from "../pages.ts";
import { onSecret, scopeOf } from "../permissions.ts";
import { requireAny } from "../repository.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html */
export const listSecretVersionIds = defineOperation<
  SecretsManagerDependencies,
  ListSecretVersionIdsRequest,
  ListSecretVersionIdsResponse
>({
  authorise: onSecret("secretsmanager:ListSecretVersionIds"),
  handle: async (input, call, { store, clock }) => {
    const secret = await store.read((transaction) =>
      requireAny(transaction, scopeOf(call), input.SecretId, clock.now()),
    );
    const versions = Object.entries(secret.versions)
      .filter(([, { stages }]) => input.IncludeDeprecated === true || stages.length > 0)
      .toSorted(([, one], [, other]) => other.createdAt - one.createdAt);
    const { page, nextToken } = pageOf(versions, ([id]) => id, input.MaxResults ?? 100, input.NextToken);
    return {
      ARN: secret.arn,
      Name: secret.name,
      Versions: page.map(([VersionId, version]) => ({
        VersionId,
        CreatedDate: new Date(version.createdAt),
        KmsKeyIds: [secret.kmsKeyId === undefined ? "DefaultEncryptionKey" : version.kmsKeyArn],
        ...(version.stages.length === 0 ? {} : { VersionStages: [...version.stages] }),
      })),
      ...nextToken,
    };
  },
});
