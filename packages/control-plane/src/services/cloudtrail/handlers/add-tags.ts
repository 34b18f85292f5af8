import type { AddTagsRequest, AddTagsResponse } from "@aws-sdk/client-cloudtrail";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { requestTagKeys } from "../../../gateway/tag-condition-keys.ts";
import { type CloudTrailDependencies, scopeOfCall } from "../dependencies.ts";
import { putTrail } from "../repository.ts";
import { requireTaggedTrail } from "../tagged-trail.ts";
import { tagsFrom, withTags } from "../tags.ts";

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AddTags.html */
export const addTags = defineOperation<CloudTrailDependencies, AddTagsRequest, AddTagsResponse>({
  authorise: permission(
    "cloudtrail:AddTags",
    (input) => [input.ResourceId ?? ""],
    (input) => requestTagKeys((input.TagsList ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
  ),
  handle: async (input, call, { store }) => {
    const added = tagsFrom(input.TagsList);
    await store.transaction(async (transaction) => {
      const trail = await requireTaggedTrail(transaction, input.ResourceId, scopeOfCall(call));
      putTrail(transaction, { ...trail, tags: withTags(trail.tags, added) });
    });
    return {};
  },
});
