import { constants, createDecipheriv, type KeyObject, privateDecrypt } from "node:crypto";
import { incorrectKeyMaterial, notSupportedYet } from "../errors.ts";

/** RFC 5649: the initial value of AES key wrap with padding. */
const wrapInitialValue = Buffer.from("a65959a6", "hex");

const oaep = (key: KeyObject, hash: string, wrapped: Uint8Array): Buffer =>
  privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, wrapped);

const unwrapWithAes = (key: Buffer, wrapped: Uint8Array): Buffer => {
  const cipher = createDecipheriv("id-aes256-wrap-pad", key, wrapInitialValue);
  return Buffer.concat([cipher.update(wrapped), cipher.final()]);
};

/** Throws IncorrectKeyMaterialException where the wrapping key does not open it. */
export const unwrapMaterial = (key: KeyObject, algorithm: string, wrapped: Uint8Array): Buffer => {
  const [, scheme, hashName] = /^(RSAES_OAEP|RSA_AES_KEY_WRAP)_SHA_(1|256)$/.exec(algorithm) ?? [];
  if (scheme === undefined) throw notSupportedYet(`The wrapping algorithm ${algorithm}`);
  const hash = `sha${hashName}`;
  try {
    if (scheme === "RSAES_OAEP") return oaep(key, hash, wrapped);
    const modulusBytes = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
    return unwrapWithAes(oaep(key, hash, wrapped.subarray(0, modulusBytes)), wrapped.subarray(modulusBytes));
  } catch {
    throw incorrectKeyMaterial();
  }
};
