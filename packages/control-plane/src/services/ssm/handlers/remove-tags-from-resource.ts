import type { RemoveTagsFromResourceRequest, RemoveTagsFromResourceResult } from "@aws-sdk/client-ssm";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SsmDependencies } from "../dependencies.ts";
import { onParameters, scopeOf } from "../permissions.ts";
import { putParameterRecord } from "../repository.ts";
import { parameterOfResource } from "../tagged-resource.ts";
import { withoutTags } from "../tags.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RemoveTagsFromResource.html */
export const removeTagsFromResource = defineOperation<
  SsmDependencies,
  RemoveTagsFromResourceRequest,
  RemoveTagsFromResourceResult
>({
  authorise: onParameters(
    "ssm:RemoveTagsFromResource",
    ({ ResourceId }) => [ResourceId],
    ({ TagKeys = [] }) => ({ "aws:TagKeys": TagKeys }),
  ),
  handle: async (input, call, { store, clock }) => {
    await store.transaction(async (transaction) => {
      const parameter = await parameterOfResource(transaction, scopeOf(call), input, clock.now());
      putParameterRecord(transaction, { ...parameter, tags: withoutTags(parameter.tags, input.TagKeys ?? []) });
    });
    return {};
  },
});
