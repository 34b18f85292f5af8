import type { UntagResourceRequest } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { changeKey, checkNotPendingDeletion } from "../key-changes.ts";
import { onKey } from "../permissions.ts";
import { withoutTags } from "../tags.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html */
export const untagResource = defineOperation<KmsDependencies, UntagResourceRequest, Record<string, never>>({
  authorise: onKey("kms:UntagResource", ({ KeyId }) => KeyId, {
    conditionKeys: ({ TagKeys = [] }) => ({ "aws:TagKeys": TagKeys }),
  }),
  handle: async ({ KeyId, TagKeys = [] }, call, dependencies) => {
    await changeKey(dependencies, call, KeyId, "UntagResource", (key) => {
      checkNotPendingDeletion(key);
      return { ...key, tags: withoutTags(key.tags, TagKeys) };
    });
    return {};
  },
});
