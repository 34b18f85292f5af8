import type { GetServiceRequest, GetServiceResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { onService, scopeOf } from "../permissions.ts";
import { readService } from "../repository.ts";
import { serviceView } from "../views.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_GetService.html */
export const getService = defineOperation<ServiceDiscoveryDependencies, GetServiceRequest, GetServiceResponse>({
  authorise: onService("servicediscovery:GetService", (input) => input.Id),
  handle: async ({ Id: id }, call, { store }) => ({
    Service: serviceView(await store.read((transaction) => readService(transaction, scopeOf(call), id))),
  }),
});
