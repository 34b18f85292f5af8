import type { KeyObject } from "node:crypto";
import type { SecretSealer } from "../../credentials/sealing.ts";
import type { KeyMaterial, KeyRecord } from "./collections.ts";
import { openMaterial, privateKeyOf } from "./cryptography/key-material.ts";
import { algorithmNotValid, keyDisabled, pendingDeletion, pendingImport, usageNotValidFor } from "./errors.ts";
import { keyArn } from "./names.ts";

/** Throws where the key's state lets nobody use it. */
export const checkEnabled = (key: KeyRecord): void => {
  const arn = keyArn(key, key.keyId);
  if (key.state === "Disabled") throw keyDisabled(arn);
  if (key.state === "PendingDeletion") throw pendingDeletion(arn);
  if (key.state === "PendingImport") throw pendingImport(arn);
};

export const checkUsedFor = (key: KeyRecord, usage: KeyRecord["keyUsage"], operation: string): void => {
  if (key.keyUsage !== usage) throw usageNotValidFor(keyArn(key, key.keyId), key.keyUsage, operation);
};

/** Throws where the algorithm is none of those that the key's specification has. */
export const checkAlgorithm = (key: KeyRecord, algorithms: readonly string[], algorithm: string): void => {
  if (!algorithms.includes(algorithm)) throw algorithmNotValid(algorithm, key.keySpec);
};

export interface OpenedMaterial {
  readonly keyId: string;
  readonly materialId: string;
  readonly material: Buffer;
}

const opened = (sealer: SecretSealer, key: KeyRecord, material: KeyMaterial, now: number): OpenedMaterial => {
  const bytes = openMaterial(sealer, key, material, now);
  // What was imported and has run out has to be imported again.
  if (bytes === undefined) throw pendingImport(keyArn(key, key.keyId));
  return { keyId: key.keyId, materialId: material.id, material: bytes };
};

/** The material that encrypts. Throws KMSInvalidStateException where it has to be imported. */
export const currentMaterial = (sealer: SecretSealer, key: KeyRecord, now: number): OpenedMaterial => {
  const material = key.materials.at(-1);
  if (material === undefined) throw pendingImport(keyArn(key, key.keyId));
  return opened(sealer, key, material, now);
};

/** The material of any generation by the beginning of its id; undefined where the key has none such. */
export const materialByPrefix = (
  sealer: SecretSealer,
  key: KeyRecord,
  prefix: string,
  now: number,
): OpenedMaterial | undefined => {
  const material = key.materials.find(({ id }) => id.startsWith(prefix));
  return material === undefined ? undefined : opened(sealer, key, material, now);
};

export const privateKey = (sealer: SecretSealer, key: KeyRecord, now: number): KeyObject =>
  privateKeyOf(currentMaterial(sealer, key, now).material);
