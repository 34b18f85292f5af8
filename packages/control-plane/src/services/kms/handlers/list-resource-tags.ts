import type { ListResourceTagsRequest, ListResourceTagsResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";
import { pageOf } from "../pages.ts";
import { onKey, scopeOf } from "../permissions.ts";
import { requireKeyById } from "../repository.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html */
export const listResourceTags = defineOperation<KmsDependencies, ListResourceTagsRequest, ListResourceTagsResponse>({
  authorise: onKey("kms:ListResourceTags", ({ KeyId }) => KeyId),
  handle: async (input, call, { store, clock }) => {
    const key = await store.read((transaction) => requireKeyById(transaction, scopeOf(call), input.KeyId, clock.now()));
    const { items, marker } = pageOf(Object.entries(key.tags), ([name]) => name, input, 50);
    return { Tags: items.map(([TagKey, TagValue]) => ({ TagKey, TagValue })), ...marker };
  },
});
