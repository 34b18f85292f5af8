import type { VerifyRequest, VerifyResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import { signatureIsValid } from "../cryptography/signatures.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { invalidSignature } from "../errors.ts";
import { keyArn } from "../names.ts";
import { onSigningKey, readSigningCall } from "../signing-call.ts";
import { privateKey } from "../usable-key.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Verify.html */
export const verify = defineOperation<KmsDependencies, VerifyRequest, VerifyResponse>({
  authorise: onSigningKey("kms:Verify"),
  handle: async (input, call, dependencies) => {
    const { key, algorithm, message, type, now } = await readSigningCall(input, call, dependencies, "Verify");
    const verifying = privateKey(dependencies.sealer, key, now);
    const signature = input.Signature ?? new Uint8Array();
    if (!signatureIsValid(verifying, algorithm, message, type, signature)) throw invalidSignature();
    return { KeyId: keyArn(key, key.keyId), SignatureValid: true, SigningAlgorithm: algorithm };
  },
});
