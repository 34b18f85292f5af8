import type { EncryptionAlgorithmSpec } from "@aws-sdk/client-kms";
import type { KeyMaterial, KeyRecord, Scope } from "./collections.ts";
import { readHeader } from "./cryptography/ciphertext.ts";
import { symmetric } from "./encryption.ts";
import { constraintViolated, validation } from "./errors.ts";
import { type KeyReference, parseKeyReference } from "./names.ts";

interface Decryption {
  readonly CiphertextBlob?: Uint8Array | undefined;
  readonly KeyId?: string | undefined;
  readonly EncryptionAlgorithm?: EncryptionAlgorithmSpec | undefined;
}

const longestCiphertext = 6144;

/** The key that a request to decrypt means: the one it names, or else the one that the ciphertext names. */
export const keyOfCiphertext = ({ CiphertextBlob, KeyId, EncryptionAlgorithm = symmetric }: Decryption): string => {
  const ciphertext = CiphertextBlob ?? new Uint8Array();
  if (ciphertext.length < 1 || ciphertext.length > longestCiphertext) {
    const bound = ciphertext.length < 1 ? "greater than or equal to 1" : `less than or equal to ${longestCiphertext}`;
    throw constraintViolated(`${ciphertext.length} bytes`, "ciphertextBlob", `Member must have length ${bound}`);
  }
  if (KeyId !== undefined) return KeyId;
  if (EncryptionAlgorithm !== symmetric) throw validation("You must specify a KeyId for asymmetric ciphertexts.");
  return readHeader(ciphertext).keyId;
};

/** As `keyOfCiphertext`; the key that a ciphertext names need not be the caller's account's. */
export const referenceOfCiphertext = (input: Decryption, scope: Scope): KeyReference =>
  input.KeyId === undefined
    ? { kind: "ciphertext", scope, keyId: keyOfCiphertext(input) }
    : parseKeyReference(keyOfCiphertext(input), scope);

/** The generation of the key's material under which a ciphertext is. */
export const materialOfCiphertext = (key: KeyRecord, ciphertext: Uint8Array | undefined): KeyMaterial | undefined => {
  const { materialPrefix } = readHeader(ciphertext ?? new Uint8Array());
  return key.materials.find(({ id }) => id.startsWith(materialPrefix));
};
