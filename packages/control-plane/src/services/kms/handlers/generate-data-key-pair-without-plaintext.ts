import type {
  GenerateDataKeyPairWithoutPlaintextRequest,
  GenerateDataKeyPairWithoutPlaintextResponse,
} from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import { makeDataKeyPair } from "../data-keys.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { conditionKey, onKey } from "../permissions.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPairWithoutPlaintext.html */
export const generateDataKeyPairWithoutPlaintext = defineOperation<
  KmsDependencies,
  GenerateDataKeyPairWithoutPlaintextRequest,
  GenerateDataKeyPairWithoutPlaintextResponse
>({
  authorise: onKey("kms:GenerateDataKeyPairWithoutPlaintext", ({ KeyId }) => KeyId, {
    context: ({ EncryptionContext }) => EncryptionContext,
    conditionKeys: ({ KeyPairSpec }) => conditionKey("DataKeyPairSpec", KeyPairSpec),
  }),
  handle: async (input, call, dependencies) => {
    const made = await makeDataKeyPair(input, call, dependencies, "GenerateDataKeyPairWithoutPlaintext");
    return {
      PrivateKeyCiphertextBlob: made.ciphertext,

      PublicKey: made.publicKey,
      KeyId: made.arn,
      KeyPairSpec: made.spec,
      KeyMaterialId: made.materialId,
    };
  },
});
