import { constants, createPublicKey, type KeyObject, privateDecrypt, publicEncrypt } from "node:crypto";
import { constraintViolated, invalidCiphertext } from "../errors.ts";

const hashes: Readonly<Record<string, string>> = { RSAES_OAEP_SHA_1: "sha1", RSAES_OAEP_SHA_256: "sha256" };

const options = (key: KeyObject, algorithm: string) => ({
  key,
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: hashes[algorithm] ?? "sha256",
});

/** Throws ValidationException where the plaintext is longer than the modulus holds. */
export const encryptWithRsa = (privateKey: KeyObject, algorithm: string, plaintext: Uint8Array): Buffer => {
  const modulus = (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  const longest = modulus - 2 - 2 * (hashes[algorithm] === "sha1" ? 20 : 32);
  if (plaintext.length > longest) {
    throw constraintViolated(
      `${plaintext.length} bytes`,
      "plaintext",
      `Member must have length less than or equal to ${longest}`,
    );
  }
  return publicEncrypt(options(createPublicKey(privateKey), algorithm), plaintext);
};

/** Throws InvalidCiphertextException. */
export const decryptWithRsa = (privateKey: KeyObject, algorithm: string, ciphertext: Uint8Array): Buffer => {
  try {
    return privateDecrypt(options(privateKey, algorithm), ciphertext);
  } catch {
    throw invalidCiphertext();
  }
};
