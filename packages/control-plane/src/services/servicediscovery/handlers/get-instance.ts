import type { GetInstanceRequest, GetInstanceResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { onService, scopeOf } from "../permissions.ts";
import { readInstance, readService } from "../repository.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_GetInstance.html */
export const getInstance = defineOperation<ServiceDiscoveryDependencies, GetInstanceRequest, GetInstanceResponse>({
  authorise: onService("servicediscovery:GetInstance", (input) => input.ServiceId),
  handle: async ({ ServiceId: serviceId, InstanceId: id }, call, { store }) => {
    const scope = scopeOf(call);
    const instance = await store.read(async (transaction) =>
      readInstance(transaction, await readService(transaction, scope, serviceId), id),
    );
    return {
      ResourceOwner: scope.accountId,
      Instance: {
        Id: instance.id,
        Attributes: { ...instance.attributes },
        CreatedByAccount: scope.accountId,
        ...(instance.creatorRequestId === undefined ? {} : { CreatorRequestId: instance.creatorRequestId }),
      },
    };
  },
});
