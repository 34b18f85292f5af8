import type { AddTagsToResourceRequest, AddTagsToResourceResult } from "@aws-sdk/client-ssm";
import { defineOperation } from "../../../gateway/operation.ts";
import { requestTagKeys } from "../../../gateway/tag-condition-keys.ts";
import type { SsmDependencies } from "../dependencies.ts";
import { onParameters, scopeOf } from "../permissions.ts";
import { putParameterRecord } from "../repository.ts";
import { parameterOfResource } from "../tagged-resource.ts";
import { tagPairs, withTags } from "../tags.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html */
export const addTagsToResource = defineOperation<SsmDependencies, AddTagsToResourceRequest, AddTagsToResourceResult>({
  authorise: onParameters(
    "ssm:AddTagsToResource",
    ({ ResourceId }) => [ResourceId],
    ({ Tags }) => requestTagKeys(tagPairs(Tags)),
  ),
  handle: async (input, call, { store, clock }) => {
    await store.transaction(async (transaction) => {
      const parameter = await parameterOfResource(transaction, scopeOf(call), input, clock.now());
      putParameterRecord(transaction, { ...parameter, tags: withTags(parameter.tags, input.Tags ?? []) });
    });
    return {};
  },
});
