import { createPublicKey } from "node:crypto";
import type { GetPublicKeyRequest, GetPublicKeyResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { unsupportedOperation } from "../errors.ts";
import { keyArn } from "../names.ts";
import { onKey, scopeOf } from "../permissions.ts";
import { requireKey } from "../repository.ts";
import { checkEnabled, privateKey } from "../usable-key.ts";
import { keyMetadata } from "../views.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html */
export const getPublicKey = defineOperation<KmsDependencies, GetPublicKeyRequest, GetPublicKeyResponse>({
  authorise: onKey("kms:GetPublicKey", ({ KeyId }) => KeyId),
  handle: async (input, call, { store, sealer, clock }) => {
    const now = clock.now();
    const key = await store.read((transaction) => requireKey(transaction, scopeOf(call), input.KeyId, now));
    const arn = keyArn(key, key.keyId);
    if (!key.keySpec.startsWith("RSA_") && !key.keySpec.startsWith("ECC_")) {
      throw unsupportedOperation(`${arn} is a ${key.keySpec} key, which has no public key.`);
    }
    checkEnabled(key);
    const publicKey = createPublicKey(privateKey(sealer, key, now)).export({ format: "der", type: "spki" });
    const {
      EncryptionAlgorithms,
      SigningAlgorithms,
      KeyAgreementAlgorithms,
      KeySpec,
      CustomerMasterKeySpec,
      KeyUsage,
    } = keyMetadata(key);
    return {
      KeyId: arn,
      PublicKey: publicKey,
      KeySpec,
      CustomerMasterKeySpec,
      KeyUsage,
      EncryptionAlgorithms,
      SigningAlgorithms,
      KeyAgreementAlgorithms,
    };
  },
});
