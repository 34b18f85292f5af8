import { createPublicKey, diffieHellman, type KeyObject } from "node:crypto";
import type { DeriveSharedSecretRequest, DeriveSharedSecretResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { dryRun, notSupportedYet, validation } from "../errors.ts";
import { keyArn } from "../names.ts";
import { conditionKey, onKey, scopeOf } from "../permissions.ts";
import { requireKey } from "../repository.ts";
import { checkEnabled, checkUsedFor, privateKey } from "../usable-key.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DeriveSharedSecret.html */
export const deriveSharedSecret = defineOperation<
  KmsDependencies,
  DeriveSharedSecretRequest,
  DeriveSharedSecretResponse
>({
  authorise: onKey("kms:DeriveSharedSecret", ({ KeyId }) => KeyId, {
    conditionKeys: ({ KeyAgreementAlgorithm }) => conditionKey("KeyAgreementAlgorithm", KeyAgreementAlgorithm),
  }),
  handle: async (input, call, { store, sealer, clock }) => {
    if (input.Recipient !== undefined) throw notSupportedYet("Recipient, for Nitro enclaves,");
    const now = clock.now();
    const key = await store.read((transaction) => requireKey(transaction, scopeOf(call), input.KeyId, now));
    checkEnabled(key);
    checkUsedFor(key, "KEY_AGREEMENT", "DeriveSharedSecret");
    const secret = agree(privateKey(sealer, key, now), input.PublicKey ?? new Uint8Array());
    if (input.DryRun === true) throw dryRun();
    return {
      KeyId: keyArn(key, key.keyId),
      SharedSecret: secret,
      KeyAgreementAlgorithm: "ECDH",
      KeyOrigin: key.origin,
    };
  },
});

const agree = (own: KeyObject, other: Uint8Array): Buffer => {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(other), format: "der", type: "spki" });
    return diffieHellman({ privateKey: own, publicKey });
  } catch {
    throw validation("PublicKey must be a DER-encoded public key on the same curve as the KMS key.");
  }
};
