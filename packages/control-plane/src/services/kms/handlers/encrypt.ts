import type { EncryptRequest, EncryptResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { checkContext, checkPlaintext, encryptWithKey, symmetric } from "../encryption.ts";
import { dryRun } from "../errors.ts";
import { keyArn } from "../names.ts";
import { conditionKey, onKey, scopeOf } from "../permissions.ts";
import { requireKey } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
export const encrypt = defineOperation<KmsDependencies, EncryptRequest, EncryptResponse>({
  authorise: onKey("kms:Encrypt", ({ KeyId }) => KeyId, {
    context: ({ EncryptionContext }) => EncryptionContext,
    conditionKeys: ({ EncryptionAlgorithm = symmetric }) => conditionKey("EncryptionAlgorithm", EncryptionAlgorithm),
  }),
  handle: async (input, call, { store, sealer, clock }) => {
    const now = clock.now();
    const algorithm = input.EncryptionAlgorithm ?? symmetric;
    const plaintext = checkPlaintext(input.Plaintext);
    const context = checkContext(input.EncryptionContext, algorithm);
    const key = await store.read((transaction) => requireKey(transaction, scopeOf(call), input.KeyId, now));
    const ciphertext = encryptWithKey(sealer, key, plaintext, { algorithm, context, operation: "Encrypt", now });
    if (input.DryRun === true) throw dryRun();
    return { CiphertextBlob: ciphertext, KeyId: keyArn(key, key.keyId), EncryptionAlgorithm: algorithm };
  },
});
