import type { TagResourceRequest, TagResourceResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { onArn } from "../permissions.ts";
import { changedTags, retag } from "../tags.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_TagResource.html */
export const tagResource = defineOperation<ServiceDiscoveryDependencies, TagResourceRequest, TagResourceResponse>({
  authorise: onArn("servicediscovery:TagResource"),
  handle: async ({ ResourceARN: arn = "", Tags: added = [] }, _call, { store }) => {
    await store.transaction((transaction) => retag(transaction, arn, (tags) => changedTags(tags, added, arn)));
    return {};
  },
});
