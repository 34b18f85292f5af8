import type { VerifyRequest, VerifyResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import { signingAlgorithmsOf } from "../cryptography/key-specs.ts";
import { checkMessage, messageTypeOf, signatureIsValid } from "../cryptography/signatures.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { dryRun, invalidSignature } from "../errors.ts";
import { keyArn } from "../names.ts";
import { conditionKey, onKey, scopeOf } from "../permissions.ts";
import { requireKey } from "../repository.ts";
import { checkAlgorithm, checkEnabled, checkUsedFor, privateKey } from "../usable-key.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Verify.html */
export const verify = defineOperation<KmsDependencies, VerifyRequest, VerifyResponse>({
  authorise: onKey("kms:Verify", ({ KeyId }) => KeyId, {
    conditionKeys: ({ SigningAlgorithm, MessageType = "RAW" }) => ({
      ...conditionKey("SigningAlgorithm", SigningAlgorithm),
      ...conditionKey("MessageType", MessageType),
    }),
  }),
  handle: async (input, call, { store, sealer, clock }) => {
    const now = clock.now();
    const { SigningAlgorithm: algorithm = "ECDSA_SHA_256", Message: message = new Uint8Array() } = input;
    const type = messageTypeOf(input.MessageType);
    const key = await store.read((transaction) => requireKey(transaction, scopeOf(call), input.KeyId, now));
    checkEnabled(key);
    checkUsedFor(key, "SIGN_VERIFY", "Verify");
    checkAlgorithm(key, signingAlgorithmsOf(key.keySpec), algorithm);
    checkMessage(message, type, algorithm);
    if (input.DryRun === true) throw dryRun();
    const signature = input.Signature ?? new Uint8Array();
    if (!signatureIsValid(privateKey(sealer, key, now), algorithm, message, type, signature)) throw invalidSignature();
    return { KeyId: keyArn(key, key.keyId), SignatureValid: true, SigningAlgorithm: algorithm };
  },
});
