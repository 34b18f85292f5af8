import { constants, createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { constraintViolated, notSupportedYet, validation } from "../errors.ts";
import { signDigestWithEcdsa, verifyDigestWithEcdsa } from "./ecdsa-digest.ts";
import { signDigestWithPkcs1, verifyDigestWithPkcs1 } from "./pkcs1-digest.ts";
import { signDigestWithPss, verifyDigestWithPss } from "./pss-digest.ts";

type MessageType = "RAW" | "DIGEST";

/** Throws UnsupportedOperationException for kinds of message that no supported key signs. */
export const messageTypeOf = (given: string | undefined): MessageType => {
  if (given === undefined || given === "RAW") return "RAW";
  if (given === "DIGEST") return "DIGEST";
  throw notSupportedYet(`The message type ${given}`);
};

type Scheme = "ECDSA" | "RSASSA_PSS" | "RSASSA_PKCS1_V1_5";

const longestMessage = 4096;

const partsOf = (algorithm: string): { readonly scheme: Scheme; readonly hash: string } => {
  const [, scheme, bits] = /^(ECDSA|RSASSA_PSS|RSASSA_PKCS1_V1_5)_SHA_(256|384|512)$/.exec(algorithm) ?? [];
  if (scheme === "ECDSA" || scheme === "RSASSA_PSS" || scheme === "RSASSA_PKCS1_V1_5") {
    return { scheme, hash: `sha${bits}` };
  }
  throw constraintViolated(algorithm, "signingAlgorithm", "Member must be a signing algorithm");
};

/** Throws ValidationException for a message that is too long, or a digest of another length than the algorithm's. */
export const checkMessage = (message: Uint8Array, type: MessageType, algorithm: string): void => {
  const { hash } = partsOf(algorithm);
  if (type === "DIGEST" && message.length !== createHash(hash).digest().length) {
    throw validation(`Digest is invalid length for algorithm ${algorithm}.`);
  }
  if (message.length < 1 || message.length > longestMessage) {
    throw constraintViolated(
      `${message.length} bytes`,
      "message",
      `Member must have length less than or equal to ${longestMessage}, minimum length of 1`,
    );
  }
};

const optionsOf = (scheme: Scheme, key: KeyObject) => {
  switch (scheme) {
    case "ECDSA":
      return { key, dsaEncoding: "der" as const };
    case "RSASSA_PKCS1_V1_5":
      return { key, padding: constants.RSA_PKCS1_PADDING };
    case "RSASSA_PSS":
      return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  }
};

/** ECDSA signatures are DER, as ANS X9.62 has them. */
export const signMessage = (
  privateKey: KeyObject,
  algorithm: string,
  message: Uint8Array,
  type: MessageType,
): Uint8Array => {
  const { scheme, hash } = partsOf(algorithm);
  if (type === "RAW") return sign(hash, message, optionsOf(scheme, privateKey));
  switch (scheme) {
    case "ECDSA":
      return signDigestWithEcdsa(privateKey, message);
    case "RSASSA_PKCS1_V1_5":
      return signDigestWithPkcs1(privateKey, hash, message);
    case "RSASSA_PSS":
      return signDigestWithPss(privateKey, hash, message);
  }
};

export const signatureIsValid = (
  privateKey: KeyObject,
  algorithm: string,
  message: Uint8Array,
  type: MessageType,
  signature: Uint8Array,
): boolean => {
  const { scheme, hash } = partsOf(algorithm);
  const publicKey = createPublicKey(privateKey);
  if (type === "RAW") return verify(hash, message, optionsOf(scheme, publicKey), signature);
  switch (scheme) {
    case "ECDSA":
      return verifyDigestWithEcdsa(publicKey, message, signature);
    case "RSASSA_PKCS1_V1_5":
      return verifyDigestWithPkcs1(publicKey, hash, message, signature);
    case "RSASSA_PSS":
      return verifyDigestWithPss(publicKey, hash, message, signature);
  }
};
