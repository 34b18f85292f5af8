import type { UntagResourceRequest, UntagResourceResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { onArn } from "../permissions.ts";
import { retag } from "../tags.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_UntagResource.html */
export const untagResource = defineOperation<ServiceDiscoveryDependencies, UntagResourceRequest, UntagResourceResponse>(
  {
    authorise: onArn("servicediscovery:UntagResource"),
    handle: async ({ ResourceARN: arn = "", TagKeys: removed = [] }, _call, { store }) => {
      await store.transaction((transaction) =>
        retag(transaction, arn, (tags) =>
          Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.includes(key))),
        ),
      );
      return {};
    },
  },
);
