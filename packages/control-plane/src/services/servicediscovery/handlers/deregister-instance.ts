import type { DeregisterInstanceRequest, DeregisterInstanceResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { deregisterInstance } from "../instance-registry.ts";
import { onService, scopeOf } from "../permissions.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_DeregisterInstance.html */
export const deregisterInstanceOperation = defineOperation<
  ServiceDiscoveryDependencies,
  DeregisterInstanceRequest,
  DeregisterInstanceResponse
>({
  authorise: onService("servicediscovery:DeregisterInstance", (input) => input.ServiceId),
  handle: async (input, call, dependencies) => ({
    OperationId: await dependencies.store.transaction((transaction) =>
      deregisterInstance(
        transaction,
        { scope: scopeOf(call), service: input.ServiceId, instanceId: input.InstanceId ?? "" },
        dependencies,
      ),
    ),
  }),
});
