import type { DisableKeyRequest } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { pendingImport } from "../errors.ts";
import { changeKey, checkNotPendingDeletion } from "../key-changes.ts";
import { keyArn } from "../names.ts";
import { onKey } from "../permissions.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html */
export const disableKey = defineOperation<KmsDependencies, DisableKeyRequest, Record<string, never>>({
  authorise: onKey("kms:DisableKey", ({ KeyId }) => KeyId),
  handle: async ({ KeyId }, call, dependencies) => {
    await changeKey(dependencies, call, KeyId, "DisableKey", (key) => {
      checkNotPendingDeletion(key);
      if (key.state === "PendingImport") throw pendingImport(keyArn(key, key.keyId));
      return { ...key, state: "Disabled" };
    });
    return {};
  },
});
