import {
  constants,
  createHash,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";

/** RFC 8017, 9.1: EMSA-PSS with MGF1 and a salt as long as the digest; moduli are of whole bytes. */
const trailer = 0xbc;

const mask = (hash: string, seed: Uint8Array, length: number): Buffer => {
  const blocks: Buffer[] = [];
  for (let counter = 0, made = 0; made < length; counter += 1) {
    const suffix = Buffer.alloc(4);
    suffix.writeUInt32BE(counter);
    const block = createHash(hash).update(seed).update(suffix).digest();
    blocks.push(block);
    made += block.length;
  }
  return Buffer.concat(blocks).subarray(0, length);
};

const xor = (left: Uint8Array, right: Uint8Array): Buffer =>
  Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));

const saltedHash = (hash: string, digest: Uint8Array, salt: Uint8Array): Buffer =>
  createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest();

export const signDigestWithPss = (key: KeyObject, hash: string, digest: Uint8Array): Uint8Array => {
  const length = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  const salt = randomBytes(digest.length);
  const salted = saltedHash(hash, digest, salt);
  const block = Buffer.alloc(length - salted.length - 1);
  block[block.length - salt.length - 1] = 1;
  salt.copy(block, block.length - salt.length);
  const masked = xor(block, mask(hash, salted, block.length));
  // The encoded message has one bit less than the modulus.
  masked[0] = (masked[0] ?? 0) & 0x7f;
  const encoded = Buffer.concat([masked, salted, Buffer.of(trailer)]);
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded);
};

export const verifyDigestWithPss = (
  key: KeyObject,
  hash: string,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean => {
  let encoded: Buffer;
  try {
    encoded = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
  } catch {
    return false;
  }
  const blockLength = encoded.length - digest.length - 1;
  const masked = encoded.subarray(0, blockLength);
  const salted = encoded.subarray(blockLength, -1);
  if (encoded.at(-1) !== trailer || ((masked[0] ?? 0) & 0x80) !== 0) return false;
  const block = xor(masked, mask(hash, salted, blockLength));
  block[0] = (block[0] ?? 0) & 0x7f;
  const saltAt = blockLength - digest.length;
  const padding = block.subarray(0, saltAt);
  if (padding.at(-1) !== 1 || padding.subarray(0, -1).some((byte) => byte !== 0)) return false;
  const expected = saltedHash(hash, digest, block.subarray(saltAt));
  return timingSafeEqual(expected, salted);
};
