import { createHmac } from "node:crypto";
import type { GenerateMacRequest } from "@aws-sdk/client-kms";
import type { SecretSealer } from "../../credentials/sealing.ts";
import type { KeyRecord } from "./collections.ts";
import { kindOfSpec, macAlgorithmsOf } from "./cryptography/key-specs.ts";
import { constraintViolated, usageNotValidFor } from "./errors.ts";
import { keyArn } from "./names.ts";
import { checkAlgorithm, checkEnabled, checkUsedFor, currentMaterial } from "./usable-key.ts";

const longestMessage = 4096;

/** The HMAC of a message. Throws for a key that is not enabled or not for this. */
export const macOf = (
  sealer: SecretSealer,
  key: KeyRecord,
  {
    Message: message = new Uint8Array(),
    MacAlgorithm: algorithm = "HMAC_SHA_256",
  }: Pick<GenerateMacRequest, "Message" | "MacAlgorithm">,
  operation: string,
  now: number,
): Buffer => {
  if (message.length < 1 || message.length > longestMessage) {
    throw constraintViolated(
      `${message.length} bytes`,
      "message",
      `Member must have length between 1 and ${longestMessage}`,
    );
  }
  checkEnabled(key);
  checkUsedFor(key, "GENERATE_VERIFY_MAC", operation);
  checkAlgorithm(key, macAlgorithmsOf(key.keySpec), algorithm);
  const kind = kindOfSpec(key.keySpec);
  if (kind.kind !== "hmac") throw usageNotValidFor(keyArn(key, key.keyId), key.keyUsage, operation);
  return createHmac(kind.hash, currentMaterial(sealer, key, now).material)
    .update(message)
    .digest();
};
