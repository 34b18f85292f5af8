import type { UpdateHttpNamespaceRequest, UpdateHttpNamespaceResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { updateNamespace } from "../namespaces.ts";
import { onNamespace, scopeOf } from "../permissions.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_UpdateHttpNamespace.html */
export const updateHttpNamespace = defineOperation<
  ServiceDiscoveryDependencies,
  UpdateHttpNamespaceRequest,
  UpdateHttpNamespaceResponse
>({
  authorise: onNamespace("servicediscovery:UpdateHttpNamespace", (input) => input.Id),
  handle: async (input, call, dependencies) => ({
    OperationId: await dependencies.store.transaction((transaction) =>
      updateNamespace(
        transaction,
        {
          scope: scopeOf(call),
          id: input.Id,
          type: "HTTP",
          description: input.Namespace?.Description,
        },
        dependencies,
      ),
    ),
  }),
});
