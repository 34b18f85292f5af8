import type { ReadTransaction, Transaction } from "../../state/store.ts";
import {
  type Scope,
  type SecretRecord,
  scopePrefix,
  secretKey,
  secrets,
  type ValueRecord,
  valueKey,
  valuePrefix,
  values,
} from "./collections.ts";
import { markedForDeletion, secretNotFound } from "./errors.ts";
import { nameBeforeSuffix, parseSecretId, type SecretReference } from "./names.ts";

/** A secret whose recovery window is over is gone, whether or not it has been cleared away yet. */
export const findByName = async (
  transaction: ReadTransaction,
  scope: Scope,
  name: string,
  now: number,
): Promise<SecretRecord | undefined> => {
  const secret = await transaction.get(secrets, secretKey(scope, name));
  return secret?.deletionAt !== undefined && secret.deletionAt <= now ? undefined : secret;
};

/** By name, by whole ARN, or by an ARN without the six characters at its end. */
export const findSecret = async (
  transaction: ReadTransaction,
  reference: SecretReference,
  now: number,
): Promise<SecretRecord | undefined> => {
  const { scope } = reference;
  if (reference.kind === "name") return findByName(transaction, scope, reference.name, now);
  const name = nameBeforeSuffix(reference.tail);
  const whole = name === undefined ? undefined : await findByName(transaction, scope, name, now);
  if (whole?.arn === reference.arn) return whole;
  return findByName(transaction, scope, reference.tail, now);
};

/** Throws ResourceNotFoundException; answers secrets that are marked for deletion too. */
export const requireAny = async (
  transaction: ReadTransaction,
  scope: Scope,
  secretId: string | undefined,
  now: number,
): Promise<SecretRecord> => {
  const secret = await findSecret(transaction, parseSecretId(secretId, scope), now);
  if (secret === undefined) throw secretNotFound();
  return secret;
};

/** Throws ResourceNotFoundException, and InvalidRequestException where it is marked for deletion. */
export const requireSecret = async (
  transaction: ReadTransaction,
  scope: Scope,
  secretId: string | undefined,
  now: number,
): Promise<SecretRecord> => {
  const secret = await requireAny(transaction, scope, secretId, now);
  if (secret.deletionAt !== undefined) throw markedForDeletion();
  return secret;
};

export const putSecret = (transaction: Transaction, secret: SecretRecord): void =>
  transaction.put(secrets, secretKey(secret, secret.name), secret);

export const putValue = (transaction: Transaction, arn: string, versionId: string, value: ValueRecord): void =>
  transaction.put(values, valueKey(arn, versionId), value);

export const readValue = (transaction: ReadTransaction, arn: string, versionId: string) =>
  transaction.get(values, valueKey(arn, versionId));

export const removeValue = (transaction: Transaction, arn: string, versionId: string): void =>
  transaction.delete(values, valueKey(arn, versionId));

/** The secret and all its values. */
export const removeSecret = async (transaction: Transaction, secret: SecretRecord): Promise<void> => {
  for (const { key } of await transaction.list(values, { prefix: valuePrefix(secret.arn) })) {
    transaction.delete(values, key);
  }
  transaction.delete(secrets, secretKey(secret, secret.name));
};

export const secretsIn = async (
  transaction: ReadTransaction,
  scope: Scope,
  now: number,
): Promise<readonly SecretRecord[]> =>
  (await transaction.list(secrets, { prefix: scopePrefix(scope) }))
    .map(({ document }) => document)
    .filter(({ deletionAt }) => deletionAt === undefined || deletionAt > now);
