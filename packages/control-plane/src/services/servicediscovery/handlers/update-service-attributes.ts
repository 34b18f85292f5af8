import type { UpdateServiceAttributesRequest, UpdateServiceAttributesResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import { scopePrefix, services } from "../collections.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { invalidInput, serviceAttributesLimitExceeded } from "../errors.ts";
import { onService, scopeOf } from "../permissions.ts";
import { readService } from "../repository.ts";

const mostAttributes = 30;

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_UpdateServiceAttributes.html */
export const updateServiceAttributes = defineOperation<
  ServiceDiscoveryDependencies,
  UpdateServiceAttributesRequest,
  UpdateServiceAttributesResponse
>({
  authorise: onService("servicediscovery:UpdateServiceAttributes", (input) => input.ServiceId),
  handle: async ({ ServiceId: id, Attributes: added = {} }, call, { store }) => {
    for (const [key, value] of Object.entries(added)) {
      if (key.length < 1 || key.length > 255 || value.length > 1_024) {
        throw invalidInput("A key has 1 to 255 characters, and a value at most 1024.");
      }
    }
    await store.transaction(async (transaction) => {
      const service = await readService(transaction, scopeOf(call), id);
      const attributes = { ...service.attributes, ...added };
      if (Object.keys(attributes).length > mostAttributes) throw serviceAttributesLimitExceeded();
      transaction.put(services, `${scopePrefix(service)}${service.id}`, { ...service, attributes });
    });
    return {};
  },
});
