import type { ListTagsForResourcesRequest, ListTagsForResourcesResponse } from "@aws-sdk/client-route-53";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { invalidInput } from "../errors.ts";
import { healthCheckArn, zoneArn } from "../permissions.ts";
import { taggedOf, tagSetOf } from "../tags.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTagsForResources.html */
export const listTagsForResources = defineOperation<
  Route53Dependencies,
  ListTagsForResourcesRequest,
  ListTagsForResourcesResponse
>({
  authorise: permission("route53:ListTagsForResources", ({ ResourceType: type, ResourceIds: ids }) =>
    (ids ?? []).map((id) => (type === "healthcheck" ? healthCheckArn(id) : zoneArn(id))),
  ),
  handle: async ({ ResourceType, ResourceIds: ids = [] }, { accountId }, { store }) => {
    if (ids.length > 10) throw invalidInput("ListTagsForResources takes at most 10 resources.");
    return store.read(async (transaction) => {
      const sets = [];
      for (const ResourceId of ids)
        sets.push(await tagSetOf(transaction, taggedOf({ ResourceType, ResourceId }, accountId)));
      return { ResourceTagSets: sets };
    });
  },
});
