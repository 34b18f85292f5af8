import type { CancelKeyDeletionRequest, CancelKeyDeletionResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { invalidState } from "../errors.ts";
import { changeKey } from "../key-changes.ts";
import { keyArn } from "../names.ts";
import { onKey } from "../permissions.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html */
export const cancelKeyDeletion = defineOperation<KmsDependencies, CancelKeyDeletionRequest, CancelKeyDeletionResponse>({
  authorise: onKey("kms:CancelKeyDeletion", ({ KeyId }) => KeyId),
  handle: async ({ KeyId }, call, dependencies) => {
    const key = await changeKey(dependencies, call, KeyId, "CancelKeyDeletion", (current) => {
      const arn = keyArn(current, current.keyId);
      if (current.state !== "PendingDeletion") throw invalidState(`${arn} is not pending deletion.`);
      const { deletionAt: _, ...rest } = current;
      const hasMaterial = current.materials.at(-1)?.sealed !== undefined;
      return { ...rest, state: hasMaterial ? "Disabled" : "PendingImport" };
    });
    return { KeyId: keyArn(key, key.keyId) };
  },
});
