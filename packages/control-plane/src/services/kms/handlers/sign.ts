import type { SignRequest, SignResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import { signingAlgorithmsOf } from "../cryptography/key-specs.ts";
import { checkMessage, messageTypeOf, signMessage } from "../cryptography/signatures.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { dryRun } from "../errors.ts";
import { keyArn } from "../names.ts";
import { conditionKey, onKey, scopeOf } from "../permissions.ts";
import { requireKey } from "../repository.ts";
import { checkAlgorithm, checkEnabled, checkUsedFor, privateKey } from "../usable-key.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html */
export const sign = defineOperation<KmsDependencies, SignRequest, SignResponse>({
  authorise: onKey("kms:Sign", ({ KeyId }) => KeyId, {
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
    checkUsedFor(key, "SIGN_VERIFY", "Sign");
    checkAlgorithm(key, signingAlgorithmsOf(key.keySpec), algorithm);
    checkMessage(message, type, algorithm);
    if (input.DryRun === true) throw dryRun();
    return {
      KeyId: keyArn(key, key.keyId),
      Signature: signMessage(privateKey(sealer, key, now), algorithm, message, type),
      SigningAlgorithm: algorithm,
    };
  },
});
