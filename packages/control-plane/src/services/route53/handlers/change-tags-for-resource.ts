import type { ChangeTagsForResourceRequest, ChangeTagsForResourceResponse } from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { onTagged } from "../permissions.ts";
import { changedTags, retag, taggedOf } from "../tags.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeTagsForResource.html */
export const changeTagsForResource = defineOperation<
  Route53Dependencies,
  ChangeTagsForResourceRequest,
  ChangeTagsForResourceResponse
>({
  authorise: onTagged("route53:ChangeTagsForResource"),
  handle: async (input, { accountId }, { store }) => {
    await store.transaction((transaction) =>
      retag(transaction, taggedOf(input, accountId), (tags) =>
        changedTags(tags, input.AddTags ?? [], input.RemoveTagKeys ?? []),
      ),
    );
    return {};
  },
});
