import { constants, type KeyObject, privateEncrypt, publicDecrypt, timingSafeEqual } from "node:crypto";

/** RFC 8017, 9.2, note 1: what stands before a digest in its DigestInfo. */
const prefixes: Readonly<Record<string, string>> = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

const digestInfo = (hash: string, digest: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(prefixes[hash] ?? "", "hex"), digest]);

export const signDigestWithPkcs1 = (key: KeyObject, hash: string, digest: Uint8Array): Uint8Array =>
  privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo(hash, digest));

export const verifyDigestWithPkcs1 = (
  key: KeyObject,
  hash: string,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean => {
  const expected = digestInfo(hash, digest);
  try {
    const found = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
    return found.length === expected.length && timingSafeEqual(found, expected);
  } catch {
    // Whatever does not decrypt is not a valid signature.
    return false;
  }
};
