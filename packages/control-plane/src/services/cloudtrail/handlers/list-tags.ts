import type { ListTagsRequest, ListTagsResponse } from "@aws-sdk/client-cloudtrail";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type CloudTrailDependencies, scopeOfCall } from "../dependencies.ts";
import { requireTaggedTrail } from "../tagged-trail.ts";
import { tagViews } from "../tags.ts";

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTags.html */
export const listTags = defineOperation<CloudTrailDependencies, ListTagsRequest, ListTagsResponse>({
  authorise: permission("cloudtrail:ListTags", (input) => input.ResourceIdList ?? []),
  handle: async (input, call, { store }) =>
    store.read(async (transaction) => {
      const ResourceTagList = [];
      for (const ResourceId of input.ResourceIdList ?? []) {
        const { tags } = await requireTaggedTrail(transaction, ResourceId, scopeOfCall(call));
        ResourceTagList.push({ ResourceId, TagsList: tagViews(tags) });
      }
      return { ResourceTagList };
    }),
});
