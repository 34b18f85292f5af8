import type { GenerateDataKeyPairRequest, GenerateDataKeyPairResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import { makeDataKeyPair } from "../data-keys.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { conditionKey, onKey } from "../permissions.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPair.html */
export const generateDataKeyPair = defineOperation<
  KmsDependencies,
  GenerateDataKeyPairRequest,
  GenerateDataKeyPairResponse
>({
  authorise: onKey("kms:GenerateDataKeyPair", ({ KeyId }) => KeyId, {
    context: ({ EncryptionContext }) => EncryptionContext,
    conditionKeys: ({ KeyPairSpec }) => conditionKey("DataKeyPairSpec", KeyPairSpec),
  }),
  handle: async (input, call, dependencies) => {
    const made = await makeDataKeyPair(input, call, dependencies, "GenerateDataKeyPair");
    return {
      PrivateKeyCiphertextBlob: made.ciphertext,
      PrivateKeyPlaintext: made.privateKey,
      PublicKey: made.publicKey,
      KeyId: made.arn,
      KeyPairSpec: made.spec,
      KeyMaterialId: made.materialId,
    };
  },
});
