import type { DecryptRequest, DecryptResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import { materialOfCiphertext, referenceOfCiphertext } from "../ciphertext-key.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { checkContext, decryptWithKey, symmetric } from "../encryption.ts";
import { dryRun, notSupportedYet } from "../errors.ts";
import { keyArn } from "../names.ts";
import { conditionKey, onReference, scopeOf } from "../permissions.ts";
import { resolveKey } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html */
export const decrypt = defineOperation<KmsDependencies, DecryptRequest, DecryptResponse>({
  authorise: onReference("kms:Decrypt", (input: DecryptRequest, scope) => referenceOfCiphertext(input, scope), {
    context: ({ EncryptionContext }) => EncryptionContext,
    conditionKeys: ({ EncryptionAlgorithm = symmetric }) => conditionKey("EncryptionAlgorithm", EncryptionAlgorithm),
  }),
  handle: async (input, call, { store, sealer, clock }) => {
    const now = clock.now();
    if (input.Recipient !== undefined) throw notSupportedYet("Recipient, for Nitro enclaves,");
    const algorithm = input.EncryptionAlgorithm ?? symmetric;
    const context = checkContext(input.EncryptionContext, algorithm);
    const wanted = referenceOfCiphertext(input, scopeOf(call));
    const key = await store.read((transaction) => resolveKey(transaction, wanted, now));
    const encryption = { algorithm, context, operation: "Decrypt", now };
    const plaintext = decryptWithKey(sealer, key, input.CiphertextBlob ?? new Uint8Array(), encryption);
    if (input.DryRun === true) throw dryRun();
    const material = algorithm === symmetric ? materialOfCiphertext(key, input.CiphertextBlob) : undefined;
    return {
      KeyId: keyArn(key, key.keyId),
      Plaintext: plaintext,
      EncryptionAlgorithm: algorithm,
      ...(material === undefined ? {} : { KeyMaterialId: material.id }),
    };
  },
});
