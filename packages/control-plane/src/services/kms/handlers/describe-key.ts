import type { DescribeKeyRequest, DescribeKeyResponse } from "@aws-sdk/client-kms";
import { defineOperation } from "../../../gateway/operation.ts";
import type { KmsDependencies } from "../dependencies.ts";

import { describedKey } from "../managed-keys.ts";
import { onKey, scopeOf } from "../permissions.ts";
import { keyMetadata } from "../views.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
export const describeKey = defineOperation<KmsDependencies, DescribeKeyRequest, DescribeKeyResponse>({
  authorise: onKey("kms:DescribeKey", ({ KeyId }) => KeyId),
  handle: async ({ KeyId }, call, dependencies) => ({
    KeyMetadata: keyMetadata(await describedKey(dependencies, scopeOf(call), KeyId)),
  }),
});
