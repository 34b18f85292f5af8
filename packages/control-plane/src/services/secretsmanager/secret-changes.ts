import type { Call } from "../../gateway/call.ts";
import type { Transaction } from "../../state/store.ts";
import type { SecretRecord } from "./collections.ts";
import { keyUserOf, type SecretsManagerDependencies } from "./dependencies.ts";
import { versionExists } from "./errors.ts";
import { scopeOf } from "./permissions.ts";
import { putSecret, putValue, readValue, removeValue, requireSecret } from "./repository.ts";
import { type PlainValue, protectValue, revealValue } from "./secret-values.ts";
import { addVersion, versionsToForget } from "./stages.ts";

/** Changes a secret that is not marked for deletion, and answers it as it is then. */
export const changeSecret = (
  { store, clock }: SecretsManagerDependencies,
  call: Call,
  secretId: string | undefined,
  change: (secret: SecretRecord, transaction: Transaction) => SecretRecord | Promise<SecretRecord>,
): Promise<SecretRecord> =>
  store.transaction(async (transaction) => {
    const secret = await requireSecret(transaction, scopeOf(call), secretId, clock.now());
    const changed = await change(secret, transaction);
    putSecret(transaction, changed);
    return changed;
  });

/**
 * Whether a version is there already: a repeated call with the same token and value changes nothing. Throws
 * ResourceExistsException where the token is used with another value.
 */
export const isRepeat = async (
  dependencies: SecretsManagerDependencies,
  call: Call,
  secret: SecretRecord,
  versionId: string,
  plain: PlainValue,
): Promise<boolean> => {
  if (secret.versions[versionId] === undefined) return false;
  const record = await dependencies.store.read((transaction) => readValue(transaction, secret.arn, versionId));
  if (record === undefined) return false;
  const known = await revealValue(dependencies, keyUserOf(call), secret, versionId, record);
  if (known.kind !== plain.kind || known.text !== plain.text) throw versionExists();
  return true;
};

interface NewVersion {
  readonly versionId: string;
  readonly plain: PlainValue;
  readonly stages: readonly string[];
}

/** Adds a version, and changes what else `change` says, in one transaction. */
export const addSecretVersion = async (
  dependencies: SecretsManagerDependencies,
  call: Call,
  before: SecretRecord,
  { versionId, plain, stages }: NewVersion,
  change: (secret: SecretRecord) => SecretRecord = (secret) => secret,
): Promise<SecretRecord> => {
  const { clock } = dependencies;
  const encrypted = await protectValue(dependencies, keyUserOf(call), change(before), versionId, plain);
  return changeSecret(dependencies, call, before.arn, (secret, transaction) => {
    if (secret.versions[versionId] !== undefined) throw versionExists();
    const now = clock.now();
    const { record, kmsKeyArn } = encrypted;
    const versions = { ...addVersion(secret.versions, versionId, { createdAt: now, kmsKeyArn }, stages) };
    for (const forgotten of versionsToForget(versions)) {
      delete versions[forgotten];
      removeValue(transaction, secret.arn, forgotten);
    }
    putValue(transaction, secret.arn, versionId, record);
    return { ...change(secret), versions, changedAt: now };
  });
};
