import type { UntagResourceRequest, UntagResourceResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { findTaggedResource } from "../tagged-resource.ts";
import { refuseBandwidthOfTask, withoutTags } from "../tags.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UntagResource.html */
export const untagResource = defineOperation<EcsDependencies, UntagResourceRequest, UntagResourceResponse>({
  authorise: permission(
    "ecs:UntagResource",
    (input) => [input.resourceArn ?? "*"],
    (input) => ({ "aws:TagKeys": input.tagKeys ?? [] }),
  ),
  handle: async (input, call, { store, compute }) => {
    refuseBandwidthOfTask(input.resourceArn, input.tagKeys ?? []);
    return store.transaction(async (transaction) => {
      const resource = await findTaggedResource(transaction, compute, call, input.resourceArn);
      await resource.save(transaction, withoutTags(resource.tags, input.tagKeys ?? []));
      return {};
    });
  },
});
