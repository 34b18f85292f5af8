import type { TagResourceRequest } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import { requestTagKeys } from "../../../gateway/tag-condition-keys.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { changeKey, checkNotPendingDeletion } from "../key-changes.ts";
import { onKey } from "../permissions.ts";
import { tagPairs, withTags } from "../tags.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html */
export const tagResource = defineOperation<KmsDependencies, TagResourceRequest, Record<string, never>>({
  authorise: onKey("kms:TagResource", ({ KeyId }) => KeyId, {
    conditionKeys: ({ Tags }) => requestTagKeys(tagPairs(Tags)),
  }),
  handle: async ({ KeyId, Tags = [] }, call, dependencies) => {
    await changeKey(dependencies, call, KeyId, "TagResource", (key) => {
      checkNotPendingDeletion(key);
      return { ...key, tags: withTags(key.tags, Tags) };
    });
    return {};
  },
});
