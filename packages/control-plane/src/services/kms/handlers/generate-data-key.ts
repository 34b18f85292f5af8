import type { GenerateDataKeyRequest, GenerateDataKeyResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import { makeDataKey } from "../data-keys.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { onKey } from "../permissions.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html */
export const generateDataKey = defineOperation<KmsDependencies, GenerateDataKeyRequest, GenerateDataKeyResponse>({
  authorise: onKey("kms:GenerateDataKey", ({ KeyId }) => KeyId, {
    context: ({ EncryptionContext }) => EncryptionContext,
  }),
  handle: async (input, call, dependencies) => {
    const made = await makeDataKey(input, call, dependencies, "GenerateDataKey");
    return { CiphertextBlob: made.ciphertext, Plaintext: made.secret, KeyId: made.arn, KeyMaterialId: made.materialId };
  },
});
