import type { DeleteImportedKeyMaterialRequest, DeleteImportedKeyMaterialResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { unsupportedOperation } from "../errors.ts";
import { changeKey, checkNotPendingDeletion } from "../key-changes.ts";
import { keyArn } from "../names.ts";
import { onKey } from "../permissions.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteImportedKeyMaterial.html */
export const deleteImportedKeyMaterial = defineOperation<
  KmsDependencies,
  DeleteImportedKeyMaterialRequest,
  DeleteImportedKeyMaterialResponse
>({
  authorise: onKey("kms:DeleteImportedKeyMaterial", ({ KeyId }) => KeyId),
  handle: async ({ KeyId }, call, dependencies) => {
    const key = await changeKey(dependencies, call, KeyId, "DeleteImportedKeyMaterial", (current) => {
      if (current.origin !== "EXTERNAL") {
        throw unsupportedOperation(
          `${keyArn(current, current.keyId)} origin is ${current.origin} which is not valid for this operation.`,
        );
      }
      checkNotPendingDeletion(current);
      const materials = current.materials.map((material) => ({ ...material, sealed: undefined }));
      return { ...current, state: "PendingImport", materials };
    });
    return { KeyId: keyArn(key, key.keyId), KeyMaterialId: key.materials.at(-1)?.id };
  },
});
