import type { ListServicesRequest, ListServicesResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceRecord } from "../collections.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { filtered } from "../filters.ts";
import { pageOf } from "../pages.ts";
import { onAccount, scopeOf } from "../permissions.ts";
import { servicesOf } from "../repository.ts";
import { serviceSummary } from "../views.ts";

const values = {
  NAMESPACE_ID: ({ namespaceId }: ServiceRecord) => namespaceId,
  RESOURCE_OWNER: () => "SELF",
};

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_ListServices.html */
export const listServices = defineOperation<ServiceDiscoveryDependencies, ListServicesRequest, ListServicesResponse>({
  authorise: onAccount("servicediscovery:ListServices"),
  handle: async (input, call, { store }) => {
    const all = await store.read((transaction) => servicesOf(transaction, scopeOf(call)));
    const { page, next } = pageOf(filtered(all, input.Filters, values), ({ id }) => id, input);
    return { Services: page.map(serviceSummary), ...next };
  },
});
