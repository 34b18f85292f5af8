import { createHash, createPrivateKey, generateKeyPair, type KeyObject, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type { SecretSealer } from "../../../credentials/sealing.ts";
import type { KeyMaterial, KeyRecord, Scope } from "../collections.ts";
import { keyArn } from "../names.ts";
import { type KeyKind, kindOfSpec, type SupportedKeySpec } from "./key-specs.ts";

const makeKeyPair = promisify(generateKeyPair);

/** 256 bits of a symmetric key, the bytes of an HMAC key, or a private key as PKCS #8. */
export const generateMaterial = async (kind: KeyKind): Promise<Buffer> => {
  switch (kind.kind) {
    case "symmetric":
      return randomBytes(32);
    case "hmac":
      return randomBytes(kind.bytes);
    case "rsa": {
      const { privateKey } = await makeKeyPair("rsa", { modulusLength: kind.bits });
      return exportPrivateKey(privateKey);
    }
    case "ec": {
      const { privateKey } = await makeKeyPair("ec", { namedCurve: kind.curve });
      return exportPrivateKey(privateKey);
    }
  }
};

const exportPrivateKey = (key: KeyObject): Buffer => key.export({ format: "der", type: "pkcs8" });

export const privateKeyOf = (material: Buffer): KeyObject =>
  createPrivateKey({ key: material, format: "der", type: "pkcs8" });

/** Tells one material of a key from another and gives nothing of it away: the material has 224 random bits at least. */
export const materialIdOf = (keyId: string, material: Buffer): string =>
  createHash("sha256").update(keyId).update("\0").update(material).digest("hex");

const purposeOf = (scope: Scope, keyId: string, materialId: string): string =>
  `kms-key-material/${keyArn(scope, keyId)}/${materialId}`;

/** Seals material under the root key, bound to its key. */
export const sealMaterial = (
  sealer: SecretSealer,
  key: Scope & { readonly keyId: string },
  material: Buffer,
  details: Omit<KeyMaterial, "id" | "sealed">,
): KeyMaterial => {
  const id = materialIdOf(key.keyId, material);
  const sealed = sealer.seal(material.toString("base64"), purposeOf(key, key.keyId, id));
  return { id, sealed, ...details };
};

/** The bytes of a key's material, or undefined where they were deleted or have run out. */
export const openMaterial = (
  sealer: SecretSealer,
  key: KeyRecord,
  material: KeyMaterial,
  now: number,
): Buffer | undefined => {
  const { id, sealed, expiresAt } = material;
  if (sealed === undefined || (expiresAt !== undefined && expiresAt <= now)) return undefined;
  return Buffer.from(sealer.open(sealed, purposeOf(key, key.keyId, id)), "base64");
};

/** Whether imported bytes are material of a specification: right length, right kind of private key. */
export const isMaterialOf = (keySpec: SupportedKeySpec, material: Buffer): boolean => {
  const kind = kindOfSpec(keySpec);
  if (kind.kind === "symmetric") return material.length === 32;
  if (kind.kind === "hmac") return material.length === kind.bytes;
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = privateKeyOf(material);
    return kind.kind === "rsa"
      ? type === "rsa" && details?.modulusLength === kind.bits
      : type === "ec" && details?.namedCurve === kind.curve;
  } catch {
    return false;
  }
};
