import { hkdfSync, randomBytes } from "node:crypto";
import { decrypt, encrypt, SealBrokenError } from "../../../credentials/sealing.ts";
import { invalidCiphertext } from "../errors.ts";

/**
 * The form of a ciphertext under a symmetric key: mark and version (2 bytes), the length of the key's id (1), the
 * id, the first 16 bytes of the material's id, a salt (16), then nonce, ciphertext and tag of AES-256-GCM under a
 * key that HKDF makes of material and salt for this one message. All before the nonce, and the encryption
 * context, is authenticated.
 */
export interface CiphertextHeader {
  readonly keyId: string;
  /** The first 32 hexadecimal digits of the id of the material. */
  readonly materialPrefix: string;
}

export type EncryptionContext = Readonly<Record<string, string>>;

const mark = 0xf1;
const version = 1;
const materialBytes = 16;
const saltBytes = 16;
const messageKeyBytes = 32;

/** The same text for the same pairs in whatever order. */
const canonical = (context: EncryptionContext): string =>
  JSON.stringify(Object.entries(context).toSorted(([left], [right]) => (left < right ? -1 : 1)));

const messageKey = (material: Buffer, salt: Buffer): Buffer =>
  Buffer.from(hkdfSync("sha256", material, salt, "fleetless kms message key", messageKeyBytes));

const associated = (head: Buffer, context: EncryptionContext): string =>
  `${head.toString("hex")} ${canonical(context)}`;

export const encryptUnder = (
  key: { readonly keyId: string; readonly materialId: string; readonly material: Buffer },
  plaintext: Buffer,
  context: EncryptionContext,
): Buffer => {
  const keyId = Buffer.from(key.keyId, "latin1");
  const salt = randomBytes(saltBytes);
  const materialId = Buffer.from(key.materialId, "hex").subarray(0, materialBytes);
  const head = Buffer.concat([Buffer.of(mark, version, keyId.length), keyId, materialId, salt]);
  return Buffer.concat([head, encrypt(messageKey(key.material, salt), plaintext, associated(head, context))]);
};

const headLength = (ciphertext: Buffer): number => 3 + (ciphertext[2] ?? 0) + materialBytes + saltBytes;

/** Throws InvalidCiphertextException for what was not written here. */
export const readHeader = (bytes: Uint8Array): CiphertextHeader => {
  const ciphertext = Buffer.from(bytes);
  if (ciphertext[0] !== mark || ciphertext[1] !== version || ciphertext.length <= headLength(ciphertext)) {
    throw invalidCiphertext();
  }
  const idEnd = 3 + (ciphertext[2] ?? 0);
  const keyId = ciphertext.toString("latin1", 3, idEnd);
  if (!/^[0-9a-z-]{36}$/.test(keyId)) throw invalidCiphertext();
  return { keyId, materialPrefix: ciphertext.toString("hex", idEnd, idEnd + materialBytes) };
};

/** Throws InvalidCiphertextException where it was changed or the context is another. */
export const decryptUnder = (material: Buffer, bytes: Uint8Array, context: EncryptionContext): Buffer => {
  const ciphertext = Buffer.from(bytes);
  const bodyAt = headLength(ciphertext);
  const head = ciphertext.subarray(0, bodyAt);
  const salt = head.subarray(bodyAt - saltBytes);
  try {
    return decrypt(messageKey(material, salt), ciphertext.subarray(bodyAt), associated(head, context));
  } catch (thrown) {
    if (thrown instanceof SealBrokenError) throw invalidCiphertext();
    throw thrown;
  }
};
