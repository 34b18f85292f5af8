import type { TagResourceRequest } from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import { requestTagKeys } from "../../../gateway/tag-condition-keys.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { onSecret } from "../permissions.ts";
import { changeSecret } from "../secret-changes.ts";
import { tagPairs, withTags } from "../tags.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html */
export const tagResource = defineOperation<SecretsManagerDependencies, TagResourceRequest, Record<string, never>>({
  authorise: onSecret("secretsmanager:TagResource", ({ Tags }) => requestTagKeys(tagPairs(Tags))),
  handle: async ({ SecretId, Tags = [] }, call, dependencies) => {
    await changeSecret(dependencies, call, SecretId, (before) => ({ ...before, tags: withTags(before.tags, Tags) }));
    return {};
  },
});
