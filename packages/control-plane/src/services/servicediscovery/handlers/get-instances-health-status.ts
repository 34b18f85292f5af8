import type {
  GetInstancesHealthStatusRequest,
  GetInstancesHealthStatusResponse,
} from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { pageOf } from "../pages.ts";
import { onService, scopeOf } from "../permissions.ts";
import { instancesOf, readInstance, readService } from "../repository.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_GetInstancesHealthStatus.html */
export const getInstancesHealthStatus = defineOperation<
  ServiceDiscoveryDependencies,
  GetInstancesHealthStatusRequest,
  GetInstancesHealthStatusResponse
>({
  authorise: onService("servicediscovery:GetInstancesHealthStatus", (input) => input.ServiceId),
  handle: async (input, call, { store }) => {
    const all = await store.read(async (transaction) => {
      const service = await readService(transaction, scopeOf(call), input.ServiceId);
      if (input.Instances === undefined) return instancesOf(transaction, service.id);
      return Promise.all(input.Instances.map((id) => readInstance(transaction, service, id)));
    });
    const { page, next } = pageOf(all, ({ id }) => id, input);
    return { Status: Object.fromEntries(page.map(({ id, health }) => [id, health])), ...next };
  },
});
