import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const formatVersion = 1;

export class SealBrokenError extends Error {
  override readonly name = "SealBrokenError";
}

/**
 * Keeps secrets unreadable in the store. Each has a data key of its own, which the master key wraps, and is
 * bound to `purpose`, such as the id of the record that it belongs to: it opens nowhere else.
 */
export interface SecretSealer {
  seal(secret: string, purpose: string): string;
  /** Throws SealBrokenError where the text was changed, is of another purpose or under another master key. */
  open(sealed: string, purpose: string): string;
}

export const createSecretSealer = (masterKey: Buffer): SecretSealer => {
  const wrappingKey = deriveKey(masterKey, "wrapping of data keys");
  return {
    seal: (secret, purpose) => {
      const dataKey = randomBytes(keyBytes);
      const wrapped = encrypt(wrappingKey, dataKey, purpose);
      const body = encrypt(dataKey, Buffer.from(secret, "utf8"), purpose);
      return Buffer.concat([Buffer.of(formatVersion), wrapped, body]).toString("base64");
    },
    open: (sealed, purpose) => {
      const bytes = Buffer.from(sealed, "base64");
      if (bytes[0] !== formatVersion) throw new SealBrokenError("The secret is sealed in a way that is not known.");
      const bodyAt = 1 + nonceBytes + keyBytes + tagBytes;
      const dataKey = decrypt(wrappingKey, bytes.subarray(1, bodyAt), purpose);
      return decrypt(dataKey, bytes.subarray(bodyAt), purpose).toString("utf8");
    },
  };
};

/** A key for one use, so that what is sealed for one is never opened for another. */
export const deriveKey = (masterKey: Buffer, use: string): Buffer =>
  Buffer.from(hkdfSync("sha256", masterKey, "", `fleetless ${use}`, keyBytes));

/** Nonce, ciphertext and tag. */
export const encrypt = (key: Buffer, plain: Buffer, purpose: string): Buffer => {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce);
  cipher.setAAD(Buffer.from(purpose, "utf8"));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
};

/** Throws SealBrokenError. */
export const decrypt = (key: Buffer, sealed: Buffer, purpose: string): Buffer => {
  if (sealed.length < nonceBytes + tagBytes) throw new SealBrokenError("The sealed text is too short.");
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes));
  decipher.setAAD(Buffer.from(purpose, "utf8"));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch {
    throw new SealBrokenError("The sealed text was changed, or sealed for another purpose or by another master key.");
  }
};
