import type { DeleteTagsRequest } from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall, tagConditions } from "../dependencies.ts";
import { arnOfTaggable, changeTags } from "../taggable-resources.ts";
import { withoutTags } from "../tags.ts";

export const deleteTags = defineOperation<Ec2Dependencies, DeleteTagsRequest, Record<string, never>>({
  authorise: permission(
    "ec2:DeleteTags",
    (input, call) => (input.Resources ?? []).map((id) => arnOfTaggable(scopeOfCall(call), id)),
    (input) => tagConditions(input.Tags),
  ),
  handle: async (input, call, { store }) => {
    const removed = input.Tags ?? [];
    await changeTags(store, scopeOfCall(call), input.Resources ?? [], (tags) =>
      removed.length === 0 ? {} : withoutTags(tags, removed),
    );
    return {};
  },
});
