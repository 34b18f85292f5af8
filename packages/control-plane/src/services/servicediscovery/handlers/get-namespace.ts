import type { GetNamespaceRequest, GetNamespaceResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { onNamespace, scopeOf } from "../permissions.ts";
import { readNamespace } from "../repository.ts";
import { namespaceView } from "../views.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_GetNamespace.html */
export const getNamespace = defineOperation<ServiceDiscoveryDependencies, GetNamespaceRequest, GetNamespaceResponse>({
  authorise: onNamespace("servicediscovery:GetNamespace", (input) => input.Id),
  handle: async ({ Id: id }, call, { store }) => ({
    Namespace: namespaceView(await store.read((transaction) => readNamespace(transaction, scopeOf(call), id))),
  }),
});
