import type { SecretSealer } from "../../credentials/sealing.ts";
import type { KeyRecord } from "./collections.ts";
import { decryptWithRsa, encryptWithRsa } from "./cryptography/asymmetric-encryption.ts";
import { decryptUnder, type EncryptionContext, encryptUnder, readHeader } from "./cryptography/ciphertext.ts";
import { encryptionAlgorithmsOf } from "./cryptography/key-specs.ts";
import { constraintViolated, incorrectKey, invalidCiphertext, validation } from "./errors.ts";
import {
  checkAlgorithm,
  checkEnabled,
  checkUsedFor,
  currentMaterial,
  materialByPrefix,
  privateKey,
} from "./usable-key.ts";

export const symmetric = "SYMMETRIC_DEFAULT";
const longestPlaintext = 4096;
const longestContext = 8192;

/** Throws ValidationException for an encryption context that a key of the algorithm does not take. */
export const checkContext = (context: EncryptionContext | undefined, algorithm: string): EncryptionContext => {
  const given = context ?? {};
  if (algorithm !== symmetric && Object.keys(given).length > 0) {
    throw validation("EncryptionContext is not supported for asymmetric keys");
  }
  if (Buffer.byteLength(JSON.stringify(given)) > longestContext) {
    throw validation(`The encryption context is longer than ${longestContext} bytes`);
  }
  return given;
};

export const checkPlaintext = (plaintext: Uint8Array | undefined): Buffer => {
  const bytes = Buffer.from(plaintext ?? []);
  if (bytes.length < 1 || bytes.length > longestPlaintext) {
    const bound = bytes.length < 1 ? "greater than or equal to 1" : `less than or equal to ${longestPlaintext}`;
    throw constraintViolated(`${bytes.length} bytes`, "plaintext", `Member must have length ${bound}`);
  }
  return bytes;
};

interface Encryption {
  readonly algorithm: string;
  readonly context: EncryptionContext;
  readonly operation: string;
  readonly now: number;
}

const check = (key: KeyRecord, { algorithm, operation }: Encryption): void => {
  checkEnabled(key);
  checkUsedFor(key, "ENCRYPT_DECRYPT", operation);
  checkAlgorithm(key, encryptionAlgorithmsOf(key.keySpec), algorithm);
};

/** Throws for a key that is not enabled, not for encryption, or does not have the algorithm. */
export const encryptWithKey = (
  sealer: SecretSealer,
  key: KeyRecord,
  plaintext: Buffer,
  encryption: Encryption,
): Buffer => {
  check(key, encryption);
  const { algorithm, context, now } = encryption;
  return algorithm === symmetric
    ? encryptUnder(currentMaterial(sealer, key, now), plaintext, context)
    : encryptWithRsa(privateKey(sealer, key, now), algorithm, plaintext);
};

/** Throws as encryptWithKey does, and InvalidCiphertextException or IncorrectKeyException. */
export const decryptWithKey = (
  sealer: SecretSealer,
  key: KeyRecord,
  ciphertext: Uint8Array,
  encryption: Encryption,
): Buffer => {
  check(key, encryption);
  const { algorithm, context, now } = encryption;
  if (algorithm !== symmetric) return decryptWithRsa(privateKey(sealer, key, now), algorithm, ciphertext);
  const header = readHeader(ciphertext);
  if (header.keyId !== key.keyId) throw incorrectKey();
  const material = materialByPrefix(sealer, key, header.materialPrefix, now);
  if (material === undefined) throw invalidCiphertext();
  return decryptUnder(material.material, ciphertext, context);
};
