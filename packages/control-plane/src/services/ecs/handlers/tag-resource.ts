import type { TagResourceRequest, TagResourceResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { requestTagConditions } from "../permissions.ts";
import { findTaggedResource } from "../tagged-resource.ts";
import { refuseBandwidthOfTask, tagsFrom, withTags } from "../tags.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TagResource.html */
export const tagResource = defineOperation<EcsDependencies, TagResourceRequest, TagResourceResponse>({
  authorise: permission(
    "ecs:TagResource",
    (input) => [input.resourceArn ?? "*"],
    (input) => requestTagConditions(input.tags),
  ),
  handle: async (input, call, { store, compute }) => {
    const more = tagsFrom(input.tags);
    refuseBandwidthOfTask(input.resourceArn, Object.keys(more));
    return store.transaction(async (transaction) => {
      const resource = await findTaggedResource(transaction, compute, call, input.resourceArn);
      await resource.save(transaction, withTags(resource.tags, more));
      return {};
    });
  },
});
