import type { ListTagsForResourceRequest, ListTagsForResourceResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { resourceNotFound } from "../errors.ts";
import { onArn } from "../permissions.ts";
import { tagsOfArn } from "../tags.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_ListTagsForResource.html */
export const listTagsForResource = defineOperation<
  ServiceDiscoveryDependencies,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse
>({
  authorise: onArn("servicediscovery:ListTagsForResource"),
  handle: async ({ ResourceARN: arn = "" }, _call, { store }) => {
    const tags = await store.read((transaction) => tagsOfArn(transaction, arn));
    if (tags === undefined) throw resourceNotFound(arn);
    return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  },
});
