import type { Call } from "../../gateway/call.ts";
import type { SecretRecord } from "./collections.ts";
import { keyUserOf, type SecretsManagerDependencies } from "./dependencies.ts";
import { putValue, readValue } from "./repository.ts";
import { changeSecret } from "./secret-changes.ts";
import { protectValue, revealValue } from "./secret-values.ts";

const reencryptedStages: ReadonlySet<string> = new Set(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"]);

/** Puts the versions that are in use under another key, as UpdateSecret does; deprecated ones stay under the old. */
export const reencryptVersions = async (
  dependencies: SecretsManagerDependencies,
  call: Call,
  secret: SecretRecord,
  kmsKeyId: string,
): Promise<void> => {
  const user = keyUserOf(call);
  const inUse = Object.entries(secret.versions).filter(([, { stages }]) =>
    stages.some((stage) => reencryptedStages.has(stage)),
  );
  for (const [versionId] of inUse) {
    const record = await dependencies.store.read((transaction) => readValue(transaction, secret.arn, versionId));
    if (record === undefined) continue;
    const plain = await revealValue(dependencies, user, secret, versionId, record);
    const under = { ...secret, kmsKeyId };
    const encrypted = await protectValue(dependencies, user, under, versionId, plain);
    await changeSecret(dependencies, call, secret.arn, (latest, transaction) => {
      const version = latest.versions[versionId];
      if (version === undefined) return latest;
      putValue(transaction, secret.arn, versionId, encrypted.record);
      const { kmsKeyArn } = encrypted;
      return { ...latest, versions: { ...latest.versions, [versionId]: { ...version, kmsKeyArn } } };
    });
  }
};
