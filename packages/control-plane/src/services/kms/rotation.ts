import type { SecretSealer } from "../../credentials/sealing.ts";
import type { KeyMaterial, KeyRecord } from "./collections.ts";
import { generateMaterial, sealMaterial } from "./cryptography/key-material.ts";
import { unsupportedOperation } from "./errors.ts";
import { keyArn } from "./names.ts";

export const dayMilliseconds = 86_400_000;
export const defaultRotationDays = 365;
export const mostRotationsOnDemand = 25;

/** Throws UnsupportedOperationException: only symmetric keys whose material KMS made get new material by themselves. */
export const checkRotatable = (key: KeyRecord): void => {
  if (key.keySpec !== "SYMMETRIC_DEFAULT" || key.origin !== "AWS_KMS") {
    throw unsupportedOperation(
      `${keyArn(key, key.keyId)} origin is ${key.origin} and key spec ${key.keySpec}, which is not valid for this operation.`,
    );
  }
};

/** New material for a symmetric key; what is older still decrypts. */
export const newGeneration = async (
  sealer: SecretSealer,
  key: KeyRecord,
  rotation: "AUTOMATIC" | "ON_DEMAND",
  now: number,
): Promise<KeyMaterial> =>
  sealMaterial(sealer, key, await generateMaterial({ kind: "symmetric" }), {
    createdAt: now,
    rotation,
    origin: "AWS_KMS",
  });
