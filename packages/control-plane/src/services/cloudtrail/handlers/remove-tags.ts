import type { RemoveTagsRequest, RemoveTagsResponse } from "@aws-sdk/client-cloudtrail";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type CloudTrailDependencies, scopeOfCall } from "../dependencies.ts";
import { putTrail } from "../repository.ts";
import { requireTaggedTrail } from "../tagged-trail.ts";

/** A tag that is given with a value is removed only where it has that value. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RemoveTags.html */
export const removeTags = defineOperation<CloudTrailDependencies, RemoveTagsRequest, RemoveTagsResponse>({
  authorise: permission(
    "cloudtrail:RemoveTags",
    (input) => [input.ResourceId ?? ""],
    (input) => ({ "aws:TagKeys": (input.TagsList ?? []).map(({ Key = "" }) => Key) }),
  ),
  handle: async (input, call, { store }) => {
    const removed = new Map((input.TagsList ?? []).map(({ Key = "", Value }) => [Key, Value]));
    await store.transaction(async (transaction) => {
      const trail = await requireTaggedTrail(transaction, input.ResourceId, scopeOfCall(call));
      const stays = ([key, value]: [string, string]): boolean =>
        !removed.has(key) || (removed.get(key) ?? value) !== value;
      putTrail(transaction, { ...trail, tags: Object.fromEntries(Object.entries(trail.tags).filter(stays)) });
    });
    return {};
  },
});
