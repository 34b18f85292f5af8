import type { DeleteServiceRequest, DeleteServiceResponse } from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import { namespaces, scopePrefix, serviceNames, services } from "../collections.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { serviceInUse } from "../errors.ts";
import { onService, scopeOf } from "../permissions.ts";
import { readNamespace, readService } from "../repository.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_DeleteService.html */
export const deleteService = defineOperation<ServiceDiscoveryDependencies, DeleteServiceRequest, DeleteServiceResponse>(
  {
    authorise: onService("servicediscovery:DeleteService", (input) => input.Id),
    handle: async ({ Id: id }, call, { store }) => {
      const prefix = scopePrefix(scopeOf(call));
      await store.transaction(async (transaction) => {
        const service = await readService(transaction, scopeOf(call), id);
        if (service.instanceCount > 0) throw serviceInUse();
        const namespace = await readNamespace(transaction, scopeOf(call), service.namespaceId);
        transaction.put(namespaces, `${prefix}${namespace.id}`, {
          ...namespace,
          serviceCount: namespace.serviceCount - 1,
        });
        transaction.delete(serviceNames, `${namespace.id}/${service.name.toLowerCase()}`);
        transaction.delete(services, `${prefix}${service.id}`);
      });
      return {};
    },
  },
);
