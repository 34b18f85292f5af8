import type { KeyObject } from "node:crypto";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";

/** node:crypto always hashes before it signs with ECDSA; a digest that the caller made has to be signed as it is. */
const curves = { "P-256": p256, "P-384": p384, "P-521": p521, secp256k1 } as const;

type CurveName = keyof typeof curves;

const isCurveName = (name: unknown): name is CurveName => typeof name === "string" && Object.hasOwn(curves, name);

const curveOf = (key: KeyObject) => {
  const { crv, d = "", x = "", y = "" } = key.export({ format: "jwk" });
  if (!isCurveName(crv)) throw new TypeError(`There is no ECDSA over the curve ${crv}`);
  const coordinates = [x, y].map((coordinate) => Buffer.from(coordinate, "base64url"));
  return {
    curve: curves[crv],
    secretKey: Buffer.from(d, "base64url"),
    publicKey: Buffer.concat([Buffer.of(4), ...coordinates]),
  };
};

const options = { prehash: false, format: "der", lowS: false } as const;

export const signDigestWithEcdsa = (privateKey: KeyObject, digest: Uint8Array): Uint8Array => {
  const { curve, secretKey } = curveOf(privateKey);
  return curve.sign(digest, secretKey, options);
};

export const verifyDigestWithEcdsa = (publicKey: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean => {
  const { curve, publicKey: point } = curveOf(publicKey);
  try {
    return curve.verify(signature, digest, point, options);
  } catch {
    // Whatever is no signature at all is not a valid one.
    return false;
  }
};
