import type { DisableKeyRotationRequest } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { changeKey } from "../key-changes.ts";
import { onKey } from "../permissions.ts";
import { checkRotatable } from "../rotation.ts";
import { checkEnabled } from "../usable-key.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html */
export const disableKeyRotation = defineOperation<KmsDependencies, DisableKeyRotationRequest, Record<string, never>>({
  authorise: onKey("kms:DisableKeyRotation", ({ KeyId }) => KeyId),
  handle: async ({ KeyId }, call, dependencies) => {
    await changeKey(dependencies, call, KeyId, "DisableKeyRotation", (key) => {
      checkEnabled(key);
      checkRotatable(key);
      const { rotation: _, ...rest } = key;
      return rest;
    });
    return {};
  },
});
