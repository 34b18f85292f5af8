import type { EnableKeyRequest } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { pendingImport } from "../errors.ts";
import { changeKey, checkNotPendingDeletion } from "../key-changes.ts";
import { keyArn } from "../names.ts";
import { onKey } from "../permissions.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html */
export const enableKey = defineOperation<KmsDependencies, EnableKeyRequest, Record<string, never>>({
  authorise: onKey("kms:EnableKey", ({ KeyId }) => KeyId),
  handle: async ({ KeyId }, call, dependencies) => {
    await changeKey(dependencies, call, KeyId, "EnableKey", (key) => {
      checkNotPendingDeletion(key);
      if (key.state === "PendingImport") throw pendingImport(keyArn(key, key.keyId));
      return { ...key, state: "Enabled" };
    });
    return {};
  },
});
