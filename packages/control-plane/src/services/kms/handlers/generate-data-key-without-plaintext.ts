import type {
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse,
} from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import { makeDataKey } from "../data-keys.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { onKey } from "../permissions.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html */
export const generateDataKeyWithoutPlaintext = defineOperation<
  KmsDependencies,
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse
>({
  authorise: onKey("kms:GenerateDataKeyWithoutPlaintext", ({ KeyId }) => KeyId, {
    context: ({ EncryptionContext }) => EncryptionContext,
  }),
  handle: async (input, call, dependencies) => {
    const made = await makeDataKey(input, call, dependencies, "GenerateDataKeyWithoutPlaintext");
    return { CiphertextBlob: made.ciphertext, KeyId: made.arn, KeyMaterialId: made.materialId };
  },
});
