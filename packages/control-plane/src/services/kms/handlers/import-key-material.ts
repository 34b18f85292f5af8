import type { ImportKeyMaterialRequest, ImportKeyMaterialResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import { unwrapMaterial } from "../cryptography/import-wrapping.ts";
import { isMaterialOf, materialIdOf, privateKeyOf, sealMaterial } from "../cryptography/key-material.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { incorrectKeyMaterial, unsupportedOperation, validation } from "../errors.ts";
import { readImportToken } from "../import-token.ts";
import { changeKey, checkNotPendingDeletion } from "../key-changes.ts";
import { keyArn } from "../names.ts";
import { conditionKey, onKey, scopeOf } from "../permissions.ts";
import { requireKeyById } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ImportKeyMaterial.html */
export const importKeyMaterial = defineOperation<KmsDependencies, ImportKeyMaterialRequest, ImportKeyMaterialResponse>({
  authorise: onKey("kms:ImportKeyMaterial", ({ KeyId }) => KeyId, {
    conditionKeys: ({ ExpirationModel, ValidTo }) => ({
      ...conditionKey("ExpirationModel", ExpirationModel),
      ...conditionKey("ValidTo", ValidTo?.toISOString()),
    }),
  }),
  handle: async (input, call, dependencies) => {
    const { store, sealer, clock } = dependencies;
    const now = clock.now();
    const expiresAt = expiryOf(input, now);
    const found = await store.read((transaction) => requireKeyById(transaction, scopeOf(call), input.KeyId, now));
    const arn = keyArn(found, found.keyId);
    if (found.origin !== "EXTERNAL") {
      throw unsupportedOperation(`${arn} origin is ${found.origin} which is not valid for this operation.`);
    }
    const token = readImportToken(sealer, found, found.keyId, input.ImportToken ?? new Uint8Array(), now);
    const wrappingKey = privateKeyOf(Buffer.from(token.wrappingKey, "base64"));
    const material = unwrapMaterial(wrappingKey, token.algorithm, input.EncryptedKeyMaterial ?? new Uint8Array());
    if (!isMaterialOf(found.keySpec, material)) throw incorrectKeyMaterial();
    const sealed = sealMaterial(sealer, found, material, {
      createdAt: now,
      origin: "EXTERNAL",
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
    await changeKey(dependencies, call, input.KeyId, "ImportKeyMaterial", (key) => {
      checkNotPendingDeletion(key);
      const [before] = key.materials;
      // What was encrypted before must decrypt again.
      if (before !== undefined && before.id !== materialIdOf(key.keyId, material)) throw incorrectKeyMaterial();
      return { ...key, state: key.state === "Disabled" ? "Disabled" : "Enabled", materials: [sealed] };
    });
    return { KeyId: arn, KeyMaterialId: sealed.id };
  },
});

const expiryOf = ({ ExpirationModel: model, ValidTo: validTo }: ImportKeyMaterialRequest, now: number) => {
  if (model === "KEY_MATERIAL_DOES_NOT_EXPIRE") {
    if (validTo !== undefined) throw validation("ValidTo must not be given for key material that does not expire");
    return undefined;
  }
  if (validTo === undefined)
    throw validation("A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES");
  if (validTo.getTime() <= now) throw validation("ValidTo must be in the future");
  return validTo.getTime();
};
