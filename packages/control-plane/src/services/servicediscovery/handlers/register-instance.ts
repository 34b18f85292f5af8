import type { RegisterInstanceRequest, RegisterInstanceResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { registerInstance } from "../instance-registry.ts";
import { onService, scopeOf } from "../permissions.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_RegisterInstance.html */
export const registerInstanceOperation = defineOperation<
  ServiceDiscoveryDependencies,
  RegisterInstanceRequest,
  RegisterInstanceResponse
>({
  authorise: onService("servicediscovery:RegisterInstance", (input) => input.ServiceId),
  handle: async (input, call, dependencies) => ({
    OperationId: await dependencies.store.transaction((transaction) =>
      registerInstance(
        transaction,
        {
          scope: scopeOf(call),
          service: input.ServiceId,
          instanceId: input.InstanceId ?? "",
          attributes: input.Attributes ?? {},
          creatorRequestId: input.CreatorRequestId,
        },
        dependencies,
      ),
    ),
  }),
});
