import type { ListNamespacesRequest, ListNamespacesResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { NamespaceRecord } from "../collections.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { filtered } from "../filters.ts";
import { pageOf } from "../pages.ts";
import { onAccount, scopeOf } from "../permissions.ts";
import { namespacesOf } from "../repository.ts";
import { namespaceSummary } from "../views.ts";

const values = {
  TYPE: ({ type }: NamespaceRecord) => type,
  NAME: ({ name }: NamespaceRecord) => name,
  HTTP_NAME: ({ name }: NamespaceRecord) => name,
  RESOURCE_OWNER: () => "SELF",
};

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_ListNamespaces.html */
export const listNamespaces = defineOperation<
  ServiceDiscoveryDependencies,
  ListNamespacesRequest,
  ListNamespacesResponse
>({
  authorise: onAccount("servicediscovery:ListNamespaces"),
  handle: async (input, call, { store }) => {
    const all = await store.read((transaction) => namespacesOf(transaction, scopeOf(call)));
    const { page, next } = pageOf(filtered(all, input.Filters, values), ({ id }) => id, input);
    return { Namespaces: page.map(namespaceSummary), ...next };
  },
});
