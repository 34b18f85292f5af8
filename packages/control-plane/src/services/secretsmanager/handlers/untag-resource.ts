import type { UntagResourceRequest } from "@aws-sdk/client-secrets-manager";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { onSecret } from "../permissions.ts";
import { changeSecret } from "../secret-changes.ts";
import { withoutTags } from "../tags.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UntagResource.html */
export const untagResource = defineOperation<SecretsManagerDependencies, UntagResourceRequest, Record<string, never>>({
  authorise: onSecret("secretsmanager:UntagResource", ({ TagKeys = [] }) => ({ "aws:TagKeys": TagKeys })),
  handle: async ({ SecretId, TagKeys = [] }, call, dependencies) => {
    await changeSecret(dependencies, call, SecretId, (before) => ({
      ...before,
      tags: withoutTags(before.tags, TagKeys),
    }));
    return {};
  },
});
