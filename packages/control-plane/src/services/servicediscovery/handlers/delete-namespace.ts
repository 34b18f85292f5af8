import type { DeleteNamespaceRequest, DeleteNamespaceResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { deleteNamespace } from "../namespaces.ts";
import { onNamespace, scopeOf } from "../permissions.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_DeleteNamespace.html */
export const deleteNamespaceOperation = defineOperation<
  ServiceDiscoveryDependencies,
  DeleteNamespaceRequest,
  DeleteNamespaceResponse
>({
  authorise: onNamespace("servicediscovery:DeleteNamespace", (input) => input.Id),
  handle: async ({ Id: id }, call, dependencies) => ({
    OperationId: await dependencies.store.transaction((transaction) =>
      deleteNamespace(transaction, scopeOf(call), id, dependencies),
    ),
  }),
});
