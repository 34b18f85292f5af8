import type { SignRequest } from "@aws-sdk/client-kms";
import type { Call } from "../../gateway/call.ts";
import { signingAlgorithmsOf } from "./cryptography/key-specs.ts";
import { checkMessage, messageTypeOf } from "./cryptography/signatures.ts";
import type { KmsDependencies } from "./dependencies.ts";
import { dryRun } from "./errors.ts";
import { conditionKey, onKey, scopeOf } from "./permissions.ts";
import { requireKey } from "./repository.ts";
import { checkAlgorithm, checkEnabled, checkUsedFor } from "./usable-key.ts";

/** What Sign and Verify both are told. */
type SigningCall = Pick<SignRequest, "KeyId" | "Message" | "MessageType" | "SigningAlgorithm" | "DryRun">;

export const onSigningKey = (action: string) =>
  onKey(action, ({ KeyId }: SigningCall) => KeyId, {
    conditionKeys: ({ SigningAlgorithm, MessageType = "RAW" }: SigningCall) => ({
      ...conditionKey("SigningAlgorithm", SigningAlgorithm),
      ...conditionKey("MessageType", MessageType),
    }),
  });

/** The key and the message of a call, once all is found in order; a dry run ends here, as AWS's do. */
export const readSigningCall = async (
  input: SigningCall,
  call: Call,
  { store, clock }: KmsDependencies,
  operation: "Sign" | "Verify",
) => {
  const now = clock.now();
  const { SigningAlgorithm: algorithm = "ECDSA_SHA_256", Message: message = new Uint8Array() } = input;
  const type = messageTypeOf(input.MessageType);
  const key = await store.read((transaction) => requireKey(transaction, scopeOf(call), input.KeyId, now));
  checkEnabled(key);
  checkUsedFor(key, "SIGN_VERIFY", operation);
  checkAlgorithm(key, signingAlgorithmsOf(key.keySpec), algorithm);
  checkMessage(message, type, algorithm);
  if (input.DryRun === true) throw dryRun();
  return { key, algorithm, message, type, now };
};
