import type { UpdateKeyDescriptionRequest } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { changeKey, checkNotPendingDeletion } from "../key-changes.ts";
import { checkDescription } from "../names.ts";
import { onKey } from "../permissions.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html */
export const updateKeyDescription = defineOperation<
  KmsDependencies,
  UpdateKeyDescriptionRequest,
  Record<string, never>
>({
  authorise: onKey("kms:UpdateKeyDescription", ({ KeyId }) => KeyId),
  handle: async ({ KeyId, Description = "" }, call, dependencies) => {
    await changeKey(dependencies, call, KeyId, "UpdateKeyDescription", (key) => {
      checkNotPendingDeletion(key);
      return { ...key, description: checkDescription(Description) };
    });
    return {};
  },
});
