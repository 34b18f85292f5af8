import type { CreateTagsRequest } from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall, tagConditions } from "../dependencies.ts";
import { missingParameter } from "../errors.ts";
import { arnOfTaggable, changeTags } from "../taggable-resources.ts";
import { readTags } from "../tags.ts";

export const createTags = defineOperation<Ec2Dependencies, CreateTagsRequest, Record<string, never>>({
  authorise: permission(
    "ec2:CreateTags",
    (input, call) => (input.Resources ?? []).map((id) => arnOfTaggable(scopeOfCall(call), id)),
    (input) => tagConditions(input.Tags),
  ),
  handle: async (input, call, { store }) => {
    const added = readTags(input.Tags ?? []);
    if (Object.keys(added).length === 0) throw missingParameter("tagSet");
    await changeTags(store, scopeOfCall(call), input.Resources ?? [], (tags) => ({ ...tags, ...added }));
    return {};
  },
});
