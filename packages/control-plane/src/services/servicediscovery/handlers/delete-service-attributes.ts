import type { DeleteServiceAttributesRequest, DeleteServiceAttributesResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import { scopePrefix, services } from "../collections.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { onService, scopeOf } from "../permissions.ts";
import { readService } from "../repository.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_DeleteServiceAttributes.html */
export const deleteServiceAttributes = defineOperation<
  ServiceDiscoveryDependencies,
  DeleteServiceAttributesRequest,
  DeleteServiceAttributesResponse
>({
  authorise: onService("servicediscovery:DeleteServiceAttributes", (input) => input.ServiceId),
  handle: async ({ ServiceId: id, Attributes: removed = [] }, call, { store }) => {
    await store.transaction(async (transaction) => {
      const service = await readService(transaction, scopeOf(call), id);
      const attributes = Object.fromEntries(
        Object.entries(service.attributes).filter(([key]) => !removed.includes(key)),
      );
      transaction.put(services, `${scopePrefix(service)}${service.id}`, { ...service, attributes });
    });
    return {};
  },
});
