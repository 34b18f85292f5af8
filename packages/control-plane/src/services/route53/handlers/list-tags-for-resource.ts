import type { ListTagsForResourceRequest, ListTagsForResourceResponse } from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { onTagged } from "../permissions.ts";
import { taggedOf, tagSetOf } from "../tags.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = defineOperation<
  Route53Dependencies,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse
>({
  authorise: onTagged("route53:ListTagsForResource"),
  handle: async (input, { accountId }, { store }) => ({
    ResourceTagSet: await store.read((transaction) => tagSetOf(transaction, taggedOf(input, accountId))),
  }),
});
