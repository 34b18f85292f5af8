import { throughEndpoint } from "../../gateway/operation.ts";
import type { KeyUser } from "../kms/service.ts";
import type { SecretsManagerDependencies } from "./dependencies.ts";
import { accessDenied } from "./errors.ts";
import { conditionKey, permissionOnSecretId } from "./permissions.ts";
import { requireSecret } from "./repository.ts";
import { type PlainValue, readSecretVersion } from "./secret-values.ts";

interface SecretSelector {
  readonly versionId?: string | undefined;
  readonly versionStage?: string | undefined;
}

/** Reads secrets in somebody's name from within Fleetless, such as a task's execution role. */
export interface SecretReader {
  /** GetSecretValue as the user would call it, IAM, resource policy and key included. Throws its errors. */
  read(user: KeyUser, secretId: string, selector: SecretSelector): Promise<PlainValue>;
}

export const createSecretReader = (dependencies: SecretsManagerDependencies): SecretReader => ({
  read: async (user, secretId, { versionId, versionStage }) => {
    const { store, clock, authoriser } = dependencies;
    const action = "secretsmanager:GetSecretValue";
    const conditionKeys = { ...conditionKey("VersionId", versionId), ...conditionKey("VersionStage", versionStage) };
    const permission = await permissionOnSecretId(dependencies, user.scope, secretId, action, conditionKeys);
    const decision = await authoriser.decide(
      user.principal,
      throughEndpoint([permission], user.endpoint),
      user.conditionKeys,
    );
    if (decision.kind === "denied") {
      throw accessDenied(
        `User: ${user.principal.arn} is not authorized to perform: ${action} on resource: ${decision.resource} ${decision.because}`,
      );
    }
    const secret = await store.read((transaction) => requireSecret(transaction, user.scope, secretId, clock.now()));
    return (await readSecretVersion(dependencies, user, secret, versionId, versionStage)).plain;
  },
});
