import type { SignRequest, SignResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import { signMessage } from "../cryptography/signatures.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { keyArn } from "../names.ts";
import { onSigningKey, readSigningCall } from "../signing-call.ts";
import { privateKey } from "../usable-key.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html */
export const sign = defineOperation<KmsDependencies, SignRequest, SignResponse>({
  authorise: onSigningKey("kms:Sign"),
  handle: async (input, call, dependencies) => {
    const { key, algorithm, message, type, now } = await readSigningCall(input, call, dependencies, "Sign");
    return {
      KeyId: keyArn(key, key.keyId),
      Signature: signMessage(privateKey(dependencies.sealer, key, now), algorithm, message, type),
      SigningAlgorithm: algorithm,
    };
  },
});
