import type { GetServiceAttributesRequest, GetServiceAttributesResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import { arnOf } from "../collections.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { onService, scopeOf } from "../permissions.ts";
import { readService } from "../repository.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_GetServiceAttributes.html */
export const getServiceAttributes = defineOperation<
  ServiceDiscoveryDependencies,
  GetServiceAttributesRequest,
  GetServiceAttributesResponse
>({
  authorise: onService("servicediscovery:GetServiceAttributes", (input) => input.ServiceId),
  handle: async ({ ServiceId: id }, call, { store }) => {
    const service = await store.read((transaction) => readService(transaction, scopeOf(call), id));
    return {
      ServiceAttributes: {
        ServiceArn: arnOf("service", service),
        ResourceOwner: service.accountId,
        Attributes: { ...service.attributes },
      },
    };
  },
});
