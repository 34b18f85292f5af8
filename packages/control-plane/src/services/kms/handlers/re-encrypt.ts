import type { ReEncryptRequest, ReEncryptResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyOfCiphertext } from "../ciphertext-key.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { checkContext, decryptWithKey, encryptWithKey, symmetric } from "../encryption.ts";
import { dryRun } from "../errors.ts";
import { keyArn, parseKeyReference } from "../names.ts";
import { conditionKey, permissionOnReference, scopeOf } from "../permissions.ts";
import { requireKey } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html */
export const reEncrypt = defineOperation<KmsDependencies, ReEncryptRequest, ReEncryptResponse>({
  authorise: {
    kind: "permissions",
    permissions: async (input, call, { store, clock }) => {
      const scope = scopeOf(call);
      const source = parseKeyReference(sourceOf(input), scope, "sourceKeyId");
      const destination = parseKeyReference(input.DestinationKeyId, scope, "destinationKeyId");
      const shared = {
        caller: call.principal,
        now: clock.now(),
        conditionKeys: conditionKey(
          "ReEncryptOnSameKey",
          String(JSON.stringify(source) === JSON.stringify(destination)),
        ),
      };
      return store.read(async (transaction) => [
        await permissionOnReference(transaction, source, {
          ...shared,
          action: "kms:ReEncryptFrom",
          context: input.SourceEncryptionContext,
        }),
        await permissionOnReference(transaction, destination, {
          ...shared,
          action: "kms:ReEncryptTo",
          context: input.DestinationEncryptionContext,
        }),
      ]);
    },
  },
  handle: async (input, call, { store, sealer, clock }) => {
    const now = clock.now();
    const from = input.SourceEncryptionAlgorithm ?? symmetric;
    const to = input.DestinationEncryptionAlgorithm ?? symmetric;
    const { source, destination } = await store.read(async (transaction) => ({
      source: await requireKey(transaction, scopeOf(call), sourceOf(input), now),
      destination: await requireKey(transaction, scopeOf(call), input.DestinationKeyId, now),
    }));
    const operation = "ReEncrypt";
    const plaintext = decryptWithKey(sealer, source, input.CiphertextBlob ?? new Uint8Array(), {
      algorithm: from,
      context: checkContext(input.SourceEncryptionContext, from),
      operation,
      now,
    });
    const ciphertext = encryptWithKey(sealer, destination, plaintext, {
      algorithm: to,
      context: checkContext(input.DestinationEncryptionContext, to),
      operation,
      now,
    });
    if (input.DryRun === true) throw dryRun();
    return {
      CiphertextBlob: ciphertext,
      SourceKeyId: keyArn(source, source.keyId),
      KeyId: keyArn(destination, destination.keyId),
      SourceEncryptionAlgorithm: from,
      DestinationEncryptionAlgorithm: to,
    };
  },
});

const sourceOf = (input: ReEncryptRequest): string =>
  keyOfCiphertext({
    CiphertextBlob: input.CiphertextBlob,
    KeyId: input.SourceKeyId,
    EncryptionAlgorithm: input.SourceEncryptionAlgorithm,
  });
