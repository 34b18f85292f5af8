import { randomUUID } from "node:crypto";
import type { CreateHttpNamespaceRequest, CreateHttpNamespaceResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { createNamespace } from "../namespaces.ts";
import { onAccount, scopeOf } from "../permissions.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateHttpNamespace.html */
export const createHttpNamespace = defineOperation<
  ServiceDiscoveryDependencies,
  CreateHttpNamespaceRequest,
  CreateHttpNamespaceResponse
>({
  authorise: onAccount("servicediscovery:CreateHttpNamespace"),
  handle: async (input, call, dependencies) => ({
    OperationId: await dependencies.store.transaction((transaction) =>
      createNamespace(
        transaction,
        {
          scope: scopeOf(call),
          type: "HTTP",
          name: input.Name ?? "",
          description: input.Description,
          creatorRequestId: input.CreatorRequestId ?? randomUUID(),
          tags: input.Tags ?? [],
        },
        dependencies,
      ),
    ),
  }),
});
