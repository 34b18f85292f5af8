import { ServiceError } from "@fleetless/kernel";
import type { KeyUser } from "../kms/service.ts";
import type { SecretRecord, ValueRecord } from "./collections.ts";
import type { SecretsManagerDependencies } from "./dependencies.ts";
import {
  decryptionFailure,
  encryptionFailure,
  invalidParameter,
  kmsDenied,
  managedKeyOfOther,
  secretNotFound,
} from "./errors.ts";
import { findByName, putSecret, readValue } from "./repository.ts";
import { selectVersion } from "./stages.ts";

/** What a caller gives as a secret's value. */
export interface GivenValue {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

export interface PlainValue {
  readonly kind: "string" | "binary";
  /** Bytes are in base64. */
  readonly text: string;
}

const mostBytes = 65_536;
const managedKey = "alias/aws/secretsmanager";

/** Undefined where none is given. Throws InvalidParameterException for both kinds at once. */
export const plainValueOf = ({ SecretString: text, SecretBinary: bytes }: GivenValue): PlainValue | undefined => {
  if (text !== undefined && bytes !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (text === undefined && bytes === undefined) return undefined;
  const length = text === undefined ? (bytes?.length ?? 0) : Buffer.byteLength(text);
  if (length > mostBytes) throw invalidParameter(`The secret value is longer than ${mostBytes} bytes.`);
  if (length === 0 && bytes !== undefined) throw invalidParameter("The secret value must not be empty.");
  return text === undefined
    ? { kind: "binary", text: Buffer.from(bytes ?? []).toString("base64") }
    : { kind: "string", text };
};

const contextOf = (arn: string, versionId: string) => ({ SecretARN: arn, SecretVersionId: versionId });

/** Failures of the key in Secrets Manager's words. */
const inOwnWords = (thrown: unknown, failure: () => ServiceError): unknown => {
  if (!(thrown instanceof ServiceError)) return thrown;
  return thrown.code === "AccessDeniedException" ? kmsDenied() : failure();
};

/** Throws InvalidRequestException where it is another account's secret under the key of the service. */
const checkManagedKey = (user: KeyUser, secret: Pick<SecretRecord, "accountId" | "kmsKeyId">): void => {
  if (secret.accountId !== user.scope.accountId && (secret.kmsKeyId ?? managedKey).endsWith(managedKey))
    throw managedKeyOfOther();
};

/** Encrypts a value under the secret's key. Throws EncryptionFailure, or AccessDeniedException. */
export const protectValue = async (
  { keys }: SecretsManagerDependencies,
  user: KeyUser,
  secret: Pick<SecretRecord, "accountId" | "region" | "arn" | "kmsKeyId">,
  versionId: string,
  plain: PlainValue,
): Promise<{ readonly record: ValueRecord; readonly kmsKeyArn: string }> => {
  checkManagedKey(user, secret);
  try {
    const kmsKeyArn = await keys.keyArnOf(secret, secret.kmsKeyId ?? managedKey);
    const value = await keys.protect(user, kmsKeyArn, plain.text, contextOf(secret.arn, versionId));
    return { record: { kind: plain.kind, value }, kmsKeyArn };
  } catch (thrown) {
    throw inOwnWords(thrown, encryptionFailure);
  }
};

/** Throws DecryptionFailure, or AccessDeniedException. */
export const revealValue = async (
  { keys }: SecretsManagerDependencies,
  user: KeyUser,
  secret: SecretRecord,
  versionId: string,
  { kind, value }: ValueRecord,
): Promise<PlainValue> => {
  checkManagedKey(user, secret);
  try {
    return { kind, text: await keys.reveal(user, value, contextOf(secret.arn, versionId)) };
  } catch (thrown) {
    throw inOwnWords(thrown, decryptionFailure);
  }
};

export interface ReadValue {
  readonly secret: SecretRecord;
  readonly versionId: string;
  readonly plain: PlainValue;
}

const dayMilliseconds = 86_400_000;

/** The value of one version of a secret, in the user's name; whether they may is decided before. */
export const readSecretVersion = async (
  dependencies: SecretsManagerDependencies,
  user: KeyUser,
  secret: SecretRecord,
  versionId: string | undefined,
  stage: string | undefined,
): Promise<ReadValue> => {
  const { store, clock } = dependencies;
  const selected = selectVersion(secret, versionId, stage);
  const record = await store.read((transaction) => readValue(transaction, secret.arn, selected));
  if (record === undefined) throw secretNotFound();
  const plain = await revealValue(dependencies, user, secret, selected, record);
  const today = Math.floor(clock.now() / dayMilliseconds) * dayMilliseconds;
  if (secret.accessedAt !== today) {
    await store.transaction(async (transaction) => {
      const latest = await findByName(transaction, secret, secret.name, clock.now());
      if (latest?.arn === secret.arn) putSecret(transaction, { ...latest, accessedAt: today });
    });
  }
  return { secret, versionId: selected, plain };
};
