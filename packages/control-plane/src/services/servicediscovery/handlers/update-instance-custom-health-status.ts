import type { UpdateInstanceCustomHealthStatusRequest } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { setInstanceHealth } from "../instance-registry.ts";
import { onService, scopeOf } from "../permissions.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_UpdateInstanceCustomHealthStatus.html */
export const updateInstanceCustomHealthStatus = defineOperation<
  ServiceDiscoveryDependencies,
  UpdateInstanceCustomHealthStatusRequest,
  object
>({
  authorise: onService("servicediscovery:UpdateInstanceCustomHealthStatus", (input) => input.ServiceId),
  handle: async (input, call, dependencies) => {
    const request = {
      scope: scopeOf(call),
      service: input.ServiceId,
      instanceId: input.InstanceId ?? "",
      status: input.Status ?? "HEALTHY",
    };
    await dependencies.store.transaction((transaction) => setInstanceHealth(transaction, request, dependencies));
    return {};
  },
});
